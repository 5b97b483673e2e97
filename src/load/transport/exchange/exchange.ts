import type { Socket } from 'node:net';
import type { RequestFailure } from './failure.ts';
import type { LastAnswer } from './http-connection.ts';

/** Carries one request at a time on an open socket, in one version of HTTP. */
export interface Exchange extends LastAnswer {
  /** Some of the last request's answer has come. */
  readonly begun: boolean;
  /** The last answer had no body by its kind. */
  readonly bodiless: boolean;
  send(socket: Socket, request: Buffer, headRequest: boolean): void;
  received(bytes: Buffer, length: number): void;
  /** The socket has ended while a request was out. */
  ended(): void;
  broken(error: Error): void;
  destroy(): void;
}

/** Told what became of a request, on the clock's monotonic time. */
export interface ExchangeTold {
  /** @param keep the connection takes another request */
  answered(nowMs: number, firstByteMs: number, keep: boolean, failure: RequestFailure | null): void;
  failed(nowMs: number, failure: RequestFailure): void;
  /** The server takes nothing more, and nothing was asked. */
  gone(): void;
}

export const closedBeforeAnswer: RequestFailure = {
  kind: 'connection',
  status: 0,
  message: 'connection closed before an answer',
};

export function timedOut(missing: 'answer' | 'connection', timeoutMs: number): RequestFailure {
  return { kind: 'timeout', status: 0, message: `no ${missing} within ${timeoutMs / 1_000} s` };
}
