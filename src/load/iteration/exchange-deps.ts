import type { Clock } from '../../core/clock.ts';
import type { Recorder } from '../measure/recorder.ts';
import type { Origin } from '../request/request-url.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { HttpConnection } from '../transport/exchange/http-connection.ts';
import type { NamedBooks } from './named-books.ts';
import type { RequestBudget } from './request-budget.ts';

/** What all exchanges of a worker share. */
export interface ExchangeDeps {
  clock: Clock;
  recorder: Recorder;
  named: NamedBooks;
  budget: RequestBudget;
  warmupEndMs: number;
  /** A request whose connection opens at or after this instant is not sent any more. */
  closesAtMs: number;
  /** Wall time of an instant. */
  epochMs(nowMs: number): number;
  connect(owner: ConnectionOwner): HttpConnection;
  /** Left out: redirects are answers like any other. */
  redirects?: {
    most: number;
    origin: Origin;
    connectTo(url: URL, owner: ConnectionOwner): HttpConnection;
  };
}
