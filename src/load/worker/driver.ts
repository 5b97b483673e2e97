import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { WorkerEnd } from './messages.ts';

/** What makes a worker's requests: closed users, or arrivals. */
export interface LoadDriver {
  /** Active at this moment. */
  readonly users: number;
  start(): void;
  /** The load was changed by hand: goes on as this profile says, from the start of its last change. */
  changed(profile: OfferedLoad): void;
  /** Nothing new is sent from here on, `atMs` of the run; `drained` is told once nothing is in flight. */
  stop(atMs: number, reason: WorkerEnd): void;
  /** The stop timeout has passed: what is in flight is given up. */
  abandon(nowMs: number): void;
}
