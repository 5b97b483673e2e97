import type { MlbenchError } from '../../core/errors.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { WireBlock } from '../../core/wire/wire-block.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { WorkerEnd } from '../executors/load-executor.ts';
import type { NothingThere } from '../measure/first-answers.ts';
import type { Snapshot } from '../measure/snapshot.ts';

/**
 * Whatever sends a run's load: the threads of this process, or agents elsewhere. A generator is told instants and
 * settings, and yields snapshots. It knows nothing of results. It lives until `ended` was heard of every worker.
 */
export interface Generator {
  /** How far ahead of an instant it has to be told of it, to be in time. */
  readonly leadMs: number;
  /** Resolves once all workers have loaded the plan, or one has failed. */
  ready: Promise<void>;
  /** @param startAtMs epoch milliseconds: the run's instant 0 */
  start(startAtMs: number): void;
  /** Goes on as this says, from the start of its last change. */
  change(offered: OfferedLoad): void;
  /** Nothing new is sent; requests in flight get the plan's stop timeout. */
  stop(): void;
  useCredentials(credentials: SigningCredentials): void;
}

export type GeneratorEvent =
  | { type: 'snapshot'; snapshot: Snapshot }
  /** All of its first answers say that there is nothing to load. */
  | { type: 'nothing-there'; worker: number; nothing: NothingThere }
  /** Worker `worker` sends nothing new from `atMs` of the run on. */
  | { type: 'stopping'; worker: number; reason: WorkerEnd; atMs: number }
  /** No more is heard of it. Null: it did not report to the end. */
  | { type: 'ended'; worker: number; report: WorkerReport | null }
  | { type: 'failed'; error: MlbenchError }
  /** With `--debug`, of one worker: what went over the wire, and how much more did. */
  | { type: 'wire'; block: WireBlock }
  | { type: 'wire-rest'; rest: Readonly<Record<string, number>> };

/** What a worker that reported to the end says of itself. */
export interface WorkerReport {
  /** ms of the run. */
  endedMs: number;
  loopLagUsP99: number;
}
