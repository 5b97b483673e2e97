import type { OfferedLoad } from '../../offered/offered-load.ts';

/** Drives a worker's iterations, whatever they are: closed users, or arrivals. */
export interface LoadExecutor {
  /** Active at this moment. */
  readonly users: number;
  start(): void;
  /** The load was changed by hand: goes on as this says, from the start of its last change. */
  changed(offered: OfferedLoad): void;
  /** No iteration begins from here on, `atMs` of the run; those under way go on. `drained` is told once none is. */
  stop(atMs: number, reason: WorkerEnd): void;
  /** After `stop`: iterations under way send nothing new either, and end once nothing of them is in flight. */
  halt(nowMs: number): void;
  /** The stop timeout has passed: what is in flight is given up. */
  abandon(nowMs: number): void;
}

/** Why nothing new is sent: the time is over, the last request is out, or somebody said so. */
export type WorkerEnd = 'duration' | 'requests' | 'told';
