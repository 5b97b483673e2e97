import type { Clock } from '../../core/clock.ts';
import type { Recorder } from '../measure/recorder.ts';
import type { PreparedRequest } from '../request.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { HttpConnection } from '../transport/http-connection.ts';
import type { ScenarioRequest } from './define-scenario.ts';
import type { LoadedScenario } from './load-scenario.ts';
import type { ScenarioBooks } from './scenario-books.ts';
import type { ShapedRequest } from './scenario-shape.ts';

/** What all users of a worker share. */
export interface World {
  deps: ScenarioRuntimeDeps;
  books: ScenarioBooks;
  shape(asked: ScenarioRequest): ShapedRequest;
  totalWeight: number;
  stopping: boolean;
  requestsLeft: number;
  /** Requests taken up that wait for a connection. */
  connecting: number;
  /** Of the flow that the driver is about to start. */
  times: { intendedMs: number; takenMs: number; timed: boolean };
  threw(error: unknown, flow: string): void;
}

export interface ScenarioRuntimeDeps {
  clock: Clock;
  recorder: Recorder;
  scenario: LoadedScenario;
  /** What its set-up returned. */
  data: unknown;
  request: PreparedRequest;
  signed: boolean;
  seed: number;
  worker: number;
  workers: number;
  /** Requests that this worker may send; null: any number. */
  maxRequests: number | null;
  warmupEndMs: number;
  timeoutMs: number;
  epochMs(nowMs: number): number;
  connect(owner: ConnectionOwner): HttpConnection;
  requestsSpent(): void;
}
