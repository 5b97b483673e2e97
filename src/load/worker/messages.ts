import type { ContentPlaces } from '../../core/content.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { WireBlock } from '../../core/wire/wire-block.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { WorkerEnd } from '../executors/load-executor.ts';
import type { NothingThere } from '../measure/first-answers.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import type { PayloadIndex } from '../payloads/data-plan.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { ConnectionSecrets } from '../plan/secrets.ts';

/** What a worker is told when its thread starts. */
export interface WorkerAssignment {
  plan: LoadPlan;
  worker: number;
  workers: number;
  credentials: SigningCredentials | null;
  secrets?: ConnectionSecrets;
  /** Where the bodies are, of a plan with a data file. */
  payloads?: PayloadIndex;
  /** What a scenario's set-up returned. */
  scenarioData?: unknown;
  /** Shows some of what goes over the wire. */
  debug?: boolean;
  /** Where the files are that the plan names. */
  contents: ContentPlaces;
}

export type ToWorker =
  /** The run's instant 0, in epoch milliseconds: a little ahead, so that all workers know of it in time. */
  | { type: 'start'; startAtMs: number }
  /** Sign with these from now on. */
  | { type: 'credentials'; credentials: SigningCredentials }
  /** The load was changed by hand. */
  | { type: 'change'; offered: OfferedLoad }
  /** Send nothing new. */
  | { type: 'stop' };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'snapshot'; snapshot: Snapshot }
  /** This worker's share of the run's first answers: all say that there is nothing to load. */
  | { type: 'nothing-there'; nothing: NothingThere }
  /** Sends nothing new from here on. */
  | { type: 'stopping'; reason: WorkerEnd; atMs: number }
  /** With `debug`: what went over the wire; at the end how much more, by its kind. */
  | { type: 'wire'; block: WireBlock }
  | { type: 'wire-rest'; rest: Readonly<Record<string, number>> }
  /** Its last message: the last snapshot came before it. */
  | { type: 'done'; endedMs: number; loopLagUsP99: number };
