import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { createRedactor } from '../../core/redact.ts';
import { socketFacts } from '../../core/wire/socket-facts.ts';
import { answerLines, requestLines, tookText, type WireBlock } from '../../core/wire/wire-block.ts';
import type { EndedExchange, RequestTap } from '../iteration/exchange-deps.ts';
import { valuesOf } from '../request/headers.ts';
import { takeApart } from '../request/request-parts.ts';
import type { ConnectionTap } from '../transport/exchange/transport.ts';

export interface WireTapDeps {
  clock: Clock;
  worker: number;
  workers: number;
  /** `https://host:443`. */
  origin: string;
  /** What is taken out wherever it stands. */
  secrets: readonly string[];
  post(block: WireBlock): void;
}

/**
 * What `--debug` shows of a worker's load: the first few of each kind of end and of each kind of event of a connection,
 * and the first failures. What is beyond is counted. A request that is not shown costs a look into a map.
 */
export class WireTap implements RequestTap, ConnectionTap {
  readonly #deps: WireTapDeps;
  readonly #redact: (text: string) => string;
  readonly #shown = new Map<string, number>();
  readonly #hidden = new Map<string, number>();
  readonly #mostOfKind: number;
  #failures = 0;
  #number = 0;

  constructor(deps: WireTapDeps) {
    this.#deps = deps;
    this.#redact = createRedactor(deps.secrets);
    this.#mostOfKind = Math.max(1, Math.ceil(mostOfKind / deps.workers));
  }

  ended(exchange: EndedExchange): void {
    const { failure, name } = exchange;
    const of = name === null ? '' : ` of ${name}`;
    const kind =
      failure === null ? `answers ${exchange.answer.status}${of}` : `failures (${failure.message})${of}`;
    if (!this.#isShown(kind, failure !== null)) return;
    const id = `load ${this.#deps.worker}.${++this.#number}`;
    this.#post([...this.#requestLines(id, exchange), ...this.#endLines(id, exchange)]);
  }

  looked(hostname: string, addresses: readonly string[], elapsedMs: number): void {
    this.#note(
      'look-ups',
      () => `${hostname} is ${addresses.join(', ')}, looked up in ${tookText(elapsedMs)}`,
    );
  }

  opened(socket: Socket, http2: boolean, elapsedMs: number): void {
    const speaks = http2 ? ' (HTTP/2)' : '';
    this.#note(
      'connections opened',
      () => `connected to ${socketFacts(socket)}${speaks}, in ${tookText(elapsedMs)}`,
    );
  }

  closed(requests: number): void {
    const carried = `${requests} request${requests === 1 ? '' : 's'}`;
    this.#note('connections closed', () => `closed a connection that carried ${carried}`);
  }

  /** What was not shown, by its kind. */
  rest(): Record<string, number> {
    return Object.fromEntries(this.#hidden);
  }

  #requestLines(id: string, { request }: EndedExchange): string[] {
    if (request === null) return [];
    const { method, path, headers, body } = takeApart(request);
    const pairs = Object.entries(headers).flatMap(([name, field]) =>
      valuesOf(field).map((value): [string, string] => [name, value]),
    );
    const url = `${this.#deps.origin}${path}`;
    const sent = { method, url, headers: pairs, body: body === null ? undefined : { bytes: body } };
    return requestLines(id, sent, this.#redact);
  }

  #endLines(id: string, exchange: EndedExchange): string[] {
    const { request, failure, firstByteMs, nowMs, answer: last } = exchange;
    const { takenMs, sentMs } = exchange.times;
    const waited = request === null ? 'not sent' : `pool wait ${tookText(sentMs - takenMs)}`;
    const lines: string[] = [];
    if (firstByteMs > 0) {
      const { status, head, body } = last.response();
      const note = `first byte ${tookText(firstByteMs - sentMs)}, ${waited}`;
      const headers = pairsIn(head);
      const answer = {
        status,
        elapsedMs: nowMs - sentMs,
        note,
        headers,
        body: { bytes: body, totalBytes: last.bodyBytes },
      };
      lines.push(...answerLines(id, answer, this.#redact));
    }
    if (failure !== null) {
      const message = this.#redact(failure.message);
      lines.push(
        `${id} ✖ failed as ${failure.kind} after ${tookText(nowMs - takenMs)}, ${waited}: ${message}`,
      );
    }
    return lines;
  }

  #note(kind: string, text: () => string): void {
    if (this.#isShown(kind, false)) this.#post([`load ${this.#deps.worker} · ${this.#redact(text())}`]);
  }

  #isShown(kind: string, failed: boolean): boolean {
    const shown = this.#shown.get(kind) ?? 0;
    const more = failed ? this.#failures < mostFailures : shown < this.#mostOfKind;
    // A service that words each failure anew must not fill the memory.
    const known = this.#shown.has(kind) || this.#shown.size < mostKinds;
    if (more && known) {
      this.#shown.set(kind, shown + 1);
      if (failed) this.#failures++;
      return true;
    }
    const counted = known ? kind : 'others';
    this.#hidden.set(counted, (this.#hidden.get(counted) ?? 0) + 1);
    return false;
  }

  #post(lines: string[]): void {
    this.#deps.post({ atMs: this.#deps.clock.nowMs(), lines });
  }
}

/** Of all workers together. */
const mostOfKind = 3;
/** Of each worker. */
const mostFailures = 20;
const mostKinds = 100;

function pairsIn(head: string): [string, string][] {
  return head.split('\r\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
  });
}
