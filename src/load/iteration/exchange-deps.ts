import type { Clock } from '../../core/clock.ts';
import type { Recorder, RequestTimes } from '../measure/recorder.ts';
import type { Origin } from '../request/request-url.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import type { HttpConnection, LastAnswer } from '../transport/exchange/http-connection.ts';
import type { NamedBooks } from './named-books.ts';
import type { RequestBudget } from './request-budget.ts';

/** How an exchange, or a hop of it, ended. */
export interface EndedExchange {
  /** As it went out; null: it did not. */
  request: Buffer | null;
  /** Of a scenario's named request. */
  name: string | null;
  times: Readonly<RequestTimes>;
  /** 0: there is no answer. */
  firstByteMs: number;
  nowMs: number;
  failure: RequestFailure | null;
  answer: LastAnswer;
}

/** With `--debug`: shows some of what goes out and comes. */
export interface RequestTap {
  ended(exchange: EndedExchange): void;
}

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
  tap?: RequestTap;
  /** Left out: redirects are answers like any other. */
  redirects?: {
    most: number;
    origin: Origin;
    connectTo(url: URL, owner: ConnectionOwner): HttpConnection;
  };
}
