import { putTogether, takeApart } from '../request/request-parts.ts';
import type { Origin } from '../request/request-url.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import type { HttpConnection } from '../transport/exchange/http-connection.ts';
import type { Expected } from './define-scenario.ts';
import { type Addressed, isRedirect, redirected } from './redirect.ts';

/** Where a request goes next. */
export interface Hop {
  connection: HttpConnection;
  bytes: Buffer;
  headRequest: boolean;
}

export interface RedirectDeps {
  /** So many in a row are followed. */
  most: number;
  /** Where the run's own requests go. */
  origin: Origin;
  main: HttpConnection;
  /** A connection to another origin, of the same owner. */
  connectTo(url: URL): HttpConnection;
}

/**
 * Follows the redirects of one request at a time. What goes to the run's own origin takes the request's own connection;
 * each other origin gets one, which stays open for the next time.
 */
export class Redirects {
  readonly #deps: RedirectDeps;
  readonly #home: string;
  readonly #others = new Map<string, HttpConnection>();
  #followed = 0;
  /** Of the last hop; null: the request itself was the last. */
  #last: Addressed | null = null;

  constructor(deps: RedirectDeps) {
    this.#deps = deps;
    const { secure, host } = deps.origin;
    this.#home = `${secure ? 'https' : 'http'}://${host}`;
  }

  /** Another request begins. */
  begin(): void {
    this.#followed = 0;
    this.#last = null;
  }

  /**
   * @param request the bytes that the request itself was
   * @param answered the connection that brought the answer
   * @param expect a scenario that expects the redirect itself has what it wants
   * @returns where it goes on, why it does not although it should, or null: the answer is the last
   */
  next(request: Buffer, answered: HttpConnection, expect?: Expected): Hop | RequestFailure | null {
    const { status, location } = answered.answer;
    if (location === '' || !isRedirect(status)) return null;
    if (expect?.status !== undefined && [expect.status].flat().includes(status)) return null;
    const failed = (message: string): RequestFailure => ({ kind: 'http', status, message });
    if (this.#followed === this.#deps.most) {
      return failed(`redirected more often than --max-redirects ${this.#deps.most}`);
    }
    const asked = this.#last ?? this.#itself(request);
    const next = redirected(asked, status, location);
    if (typeof next === 'string') return failed(next);
    this.#followed++;
    this.#last = next;
    return {
      connection: this.#connectionTo(next.url),
      bytes: putTogether(next),
      headRequest: next.method === 'HEAD',
    };
  }

  /** While nothing is carried. */
  destroy(): void {
    for (const connection of this.#others.values()) connection.destroy();
    this.#others.clear();
  }

  #itself(request: Buffer): Addressed {
    const parts = takeApart(request);
    return { ...parts, url: new URL(`${this.#home}${parts.path}`) };
  }

  #connectionTo(url: URL): HttpConnection {
    if (url.origin === new URL(this.#home).origin) return this.#deps.main;
    let connection = this.#others.get(url.origin);
    if (connection === undefined) {
      const [oldest] = this.#others;
      if (oldest !== undefined && this.#others.size >= mostOrigins) {
        oldest[1].destroy();
        this.#others.delete(oldest[0]);
      }
      connection = this.#deps.connectTo(url);
      this.#others.set(url.origin, connection);
    }
    return connection;
  }
}

/** That one request keeps connections to. */
const mostOrigins = 4;
