import type { Identifiers } from '../engine/resource.ts';

/** Something of mlbench's making that no ledger of ours has on record. */
export interface Orphan {
  kind: string;
  name: string;
  identifiers: Identifiers;
  /** The experiment that its tag names, or that of what it hangs on. */
  experiment: string;
  /** Epoch milliseconds; null: the service does not tell. */
  createdAtMs: number | null;
  /** What an hour of it costs; null: nothing by the hour, or not known. */
  hourlyUsd: number | null;
}
