import type { ContentRef } from '../../core/content.ts';

/** What `--data` names. Plain data: an agent elsewhere makes its own index of its own copy of the file. */
export interface DataPlan {
  content: ContentRef;
  format: 'jsonl' | 'csv';
  /** CSV alone: a row as a JSON object by the header line, or as it stands in the file. */
  rowsAs: 'json' | 'rows';
  order: 'sequence' | 'random';
  /** A file with a weight a line, for the random order; null: all alike. */
  weights: ContentRef | null;
  /** A longer body is refused before anything is sent. */
  mostBodyBytes: number;
}

/** Where each record of the file is; made once, before the run, and shared by the workers without a copy. */
export interface PayloadIndex {
  data: DataPlan;
  count: number;
  /** Byte offsets, one more than there are records: record i is [starts[i], starts[i+1]) less its line end. */
  starts: Float64Array<SharedArrayBuffer>;
  /** Sums of the weights up to and with each record; null: all alike. */
  weightSums: Float64Array<SharedArrayBuffer> | null;
  /** The whole file, if it has at most 64 MiB; null: bodies are read as they are needed. */
  content: Uint8Array<SharedArrayBuffer> | null;
  /** CSV rows as JSON: the columns' names. */
  columns: string[] | null;
}
