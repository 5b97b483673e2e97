/** A past run, as a page lists it. */
export interface RunLine {
  runId: string;
  /** Null where the record cannot be read: then `problem` says why. */
  summary: RunSummary | null;
  problem: string | null;
  /** What can be had of it, by name. */
  files: readonly string[];
}

export interface RunSummary {
  startedAt: string;
  durationSeconds: number;
  /** Where it went. */
  destination: string;
  /** What was offered, in words. */
  load: string;
  sent: number;
  failed: number;
  p99Us: number | null;
  /** Whether the measurement can be believed, and whether the service did what was expected. */
  validity: 'VALID' | 'INVALID';
  service: 'MET' | 'MISSED' | 'NONE';
}

export interface RunList {
  /** Newest first. */
  runs: readonly RunLine[];
  /** Older ones that are not listed. */
  more: number;
  /** Where they are kept. */
  folder: string;
}
