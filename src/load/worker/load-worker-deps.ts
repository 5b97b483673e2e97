import type { Clock } from '../../core/clock.ts';
import type { LoadedScenario } from '../iteration/scenario/load-scenario.ts';
import type { ConnectionOwner, Transport } from '../transport/connection.ts';
import type { LookupAll } from '../transport/exchange/address-book.ts';
import type { HttpConnection } from '../transport/exchange/http-connection.ts';
import type { ThreadUse } from './interval-reports.ts';
import type { FromWorker } from './messages.ts';

/** What a worker has of its thread. */
export interface LoadWorkerDeps {
  clock: Clock;
  post(message: FromWorker): void;
  lookup: LookupAll;
  /** Cumulative figures of this thread. */
  readThread(): ThreadUse;
  loopLagUsP99(): number;
  /** What connections are made of, unless it is `Connection`. */
  connection?: new (
    transport: Transport,
    owner: ConnectionOwner,
  ) => HttpConnection;
  /** Of a plan with one. */
  scenario?: LoadedScenario;
}
