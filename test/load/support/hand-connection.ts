import type { ConnectionOwner } from '../../../src/load/transport/connection.ts';
import type { RequestFailure } from '../../../src/load/transport/exchange/failure.ts';
import type { HttpConnection } from '../../../src/load/transport/exchange/http-connection.ts';

/** A connection whose every event a test brings about by hand. */
export class HandConnection implements HttpConnection {
  state: 'closed' | 'opening' | 'idle' | 'busy' = 'closed';
  bodyBytes = 0;
  status = 200;
  location = '';
  body = '';
  readonly sent: string[] = [];
  readonly #owner: ConnectionOwner;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  get idle(): boolean {
    return this.state === 'idle';
  }

  open(): void {
    if (this.state !== 'closed') throw new Error(`opened while ${this.state}`);
    this.state = 'opening';
  }

  send(request: Buffer): void {
    if (this.state !== 'idle') throw new Error(`sent while ${this.state}`);
    this.state = 'busy';
    this.sent.push(request.toString());
  }

  part(): void {
    this.destroy();
  }

  destroy(): void {
    this.state = 'closed';
  }

  response() {
    return { status: this.status, head: '', body: Buffer.from(this.body) };
  }

  connects(nowMs: number): void {
    this.state = 'idle';
    this.#owner.opened(nowMs);
  }

  answers(nowMs: number, failure: RequestFailure | null = null, keepAlive = true): void {
    this.state = keepAlive ? 'idle' : 'closed';
    this.#owner.answered(nowMs, nowMs, failure);
  }

  fails(nowMs: number, failure: RequestFailure, responseStarted = false): void {
    this.state = 'closed';
    this.#owner.failed(nowMs, failure, responseStarted);
  }
}

export const refusal: RequestFailure = { kind: 'connection', status: 0, message: 'refused' };
export const timeout: RequestFailure = { kind: 'timeout', status: 0, message: 'no answer' };
export const unavailable: RequestFailure = { kind: 'http', status: 503, message: 'unavailable' };
