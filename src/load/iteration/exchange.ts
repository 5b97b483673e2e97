import type { Timer } from '../../core/clock.ts';
import { backOffMs } from '../executors/back-off.ts';
import type { Preparer } from '../executors/performer.ts';
import type { RequestTimes, StartTimes } from '../measure/recorder.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import type { HttpConnection, ReceivedResponse } from '../transport/exchange/http-connection.ts';
import type { ExchangeDeps } from './exchange-deps.ts';
import { judge } from './judge.ts';
import { type Hop, Redirects } from './redirects.ts';
import type { RequestForm } from './request-form.ts';

/** Who wants a request done. */
export interface Requester {
  /** @param refused done again at once, it would be refused as fast */
  ended(exchange: Exchange, nowMs: number, failure: RequestFailure | null, refused: boolean): void;
}

/**
 * One request at a time on one connection, from its taking up to its end: opens the connection if need be, sends,
 * judges the answer and keeps the books. Plain requests and those of a scenario go the same way.
 *
 *   state        on                                 next
 *   free         prepare()                          preparing
 *                begin(), connection idle / closed  sent / waiting
 *                beginGently(), after a refusal     backingOff, else as begin()
 *   preparing    opened / failed                    free, prepared() / unprepared()
 *   backingOff   the time is over                   as begin()
 *   waiting      opened                             sent, unless sending is over
 *                failed                             free, ended(): failed unsent
 *   sent         answered / failed                  free, ended()
 *                answered: go elsewhere             sent, or redirected where a connection is to be opened first
 *   redirected   opened / failed                    sent / free, ended()
 *   backingOff,  drop()                             free, ended(): dropped
 *   waiting
 *   any          abandon()                          free, told nobody
 */
export class Exchange implements ConnectionOwner {
  /** What the form's own check threw at the last answer. */
  thrown: unknown;
  readonly #deps: ExchangeDeps;
  readonly #connection: HttpConnection;
  readonly #redirects: Redirects | undefined;
  readonly #times: RequestTimes = { intendedMs: 0, takenMs: 0, sentMs: 0, timed: true };
  #state: 'free' | 'preparing' | 'backingOff' | 'waiting' | 'sent' | 'redirected' = 'free';
  /** Which carries the request: its own, or that of the redirect followed last. */
  #active: HttpConnection;
  #bytes: Buffer = Buffer.alloc(0);
  #hop: Hop | undefined;
  #form: RequestForm | undefined;
  #payload: string | null = null;
  #requester: Requester | undefined;
  #preparer: Preparer | undefined;
  #refusalsInARow = 0;
  #backOff: Timer | undefined;
  #answered = false;
  #received: ReceivedResponse | undefined;

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
    this.#connection = deps.connect(this);
    this.#active = this.#connection;
    const { redirects } = deps;
    if (redirects === undefined) return;
    const connectTo = (url: URL) => redirects.connectTo(url, this);
    this.#redirects = new Redirects({ ...redirects, main: this.#connection, connectTo });
  }

  /** Could send at once. */
  get ready(): boolean {
    return this.#connection.idle && this.#state === 'free';
  }

  get busy(): boolean {
    return this.#state !== 'free';
  }

  /**
   * From free, with a connection that is not idle. Answers with `prepared` or `unprepared`, never before it returns.
   */
  prepare(preparer: Preparer): void {
    this.#preparer = preparer;
    this.#state = 'preparing';
    this.#connection.open();
  }

  /** From free. The request counts from `start`. Answers with `ended`, never before it returns. */
  begin(
    form: RequestForm,
    start: Readonly<StartTimes>,
    nowMs: number,
    payload: string | null,
    requester: Requester,
  ): void {
    this.#take(form, start, payload, requester);
    this.#proceed(nowMs);
  }

  /** As `begin`, but a service that has refused is left alone for a while first: the request then counts from there. */
  beginGently(form: RequestForm, start: Readonly<StartTimes>, nowMs: number, requester: Requester): void {
    this.#take(form, start, null, requester);
    if (this.#refusalsInARow === 0) {
      this.#proceed(nowMs);
      return;
    }
    const { clock, budget } = this.#deps;
    this.#state = 'backingOff';
    budget.unsent++;
    this.#backOff = clock.after(backOffMs(this.#refusalsInARow), () => {
      budget.unsent--;
      const laterMs = clock.monotonicMs();
      this.#times.intendedMs = laterMs;
      this.#times.takenMs = laterMs;
      this.#times.timed = false;
      this.#proceed(laterMs);
    });
  }

  /** What came as an answer, until the next request begins; null: none did, or not all of one. */
  received(): ReceivedResponse | null {
    if (!this.#answered) return null;
    this.#received ??= this.#active.answer.response();
    return this.#received;
  }

  opened(nowMs: number): void {
    if (this.#state === 'preparing') {
      this.#state = 'free';
      this.#preparer!.prepared(nowMs);
    } else if (this.#state === 'waiting' && nowMs < this.#deps.closesAtMs) {
      this.#deps.budget.unsent--;
      this.#send(nowMs);
    } else if (this.#state === 'redirected') this.#sendHop(nowMs);
  }

  answered(nowMs: number, firstByteMs: number, answer: RequestFailure | null): void {
    const { recorder } = this.#deps;
    const form = this.#form!;
    const next = this.#redirects?.next(this.#bytes, this.#active, form.expect) ?? null;
    if (next !== null && 'connection' in next) {
      this.#show(nowMs, firstByteMs, null);
      this.#follow(next, nowMs);
      return;
    }
    this.#answered = true;
    const failure = form.expect === undefined ? (next ?? answer) : this.#judge(form, next ?? answer);
    if (failure === null) recorder.succeeded(this.#times, firstByteMs, nowMs, this.#active.answer.status);
    else recorder.failed(this.#times, this.#deps.named.label(form, failure), nowMs);
    if (form.name !== null) this.#enter(form.name, nowMs, failure, this.#active.answer.bodyBytes);
    this.#refusalsInARow = 0;
    this.#show(nowMs, firstByteMs, failure);
    this.#end(nowMs, failure, false);
  }

  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void {
    const { recorder, budget } = this.#deps;
    if (this.#state === 'preparing') {
      this.#state = 'free';
      this.#preparer!.unprepared(nowMs, failure);
      return;
    }
    const form = this.#form!;
    const labelled = this.#deps.named.label(form, failure);
    this.#show(nowMs, 0, failure);
    if (this.#isOut) recorder.failed(this.#times, labelled, nowMs);
    else {
      budget.unsent--;
      recorder.failedUnsent(this.#times, labelled, nowMs);
    }
    if (form.name !== null) this.#enter(form.name, nowMs, failure, 0);
    this.#refusalsInARow = responseStarted ? 0 : this.#refusalsInARow + 1;
    this.#end(nowMs, failure, !responseStarted);
    budget.tellIfSpent();
  }

  /** What has not been sent never will be; what is in flight stays so. */
  drop(nowMs: number): void {
    if (!this.#giveUpUnsent()) return;
    this.#connection.destroy();
    this.#end(nowMs, runEnded, false);
  }

  /** While nothing is carried: parts with the connection. */
  destroy(): void {
    this.#state = 'free';
    this.#connection.part();
    this.#redirects?.destroy();
  }

  abandon(nowMs: number): void {
    if (this.#isOut) this.#deps.recorder.abandoned(this.#times, nowMs);
    else this.#giveUpUnsent();
    this.#state = 'free';
    this.#connection.destroy();
    this.#redirects?.destroy();
  }

  #take(form: RequestForm, start: Readonly<StartTimes>, payload: string | null, requester: Requester): void {
    const times = this.#times;
    times.intendedMs = start.intendedMs;
    times.takenMs = start.takenMs;
    times.timed = start.timed;
    this.#form = form;
    this.#payload = payload;
    this.#requester = requester;
    this.#answered = false;
    this.#received = undefined;
    this.thrown = undefined;
    this.#deps.budget.left--;
  }

  #proceed(nowMs: number): void {
    if (this.#connection.idle) {
      this.#send(nowMs);
      return;
    }
    this.#state = 'waiting';
    this.#deps.budget.unsent++;
    this.#connection.open();
  }

  #send(nowMs: number): void {
    const { recorder, epochMs, budget } = this.#deps;
    const form = this.#form!;
    this.#state = 'sent';
    recorder.sent(this.#times, nowMs);
    this.#active = this.#connection;
    this.#hop = undefined;
    this.#bytes = form.bytesAt(epochMs(nowMs), this.#payload);
    this.#redirects?.begin();
    this.#connection.send(this.#bytes, nowMs, form.method === 'HEAD');
    budget.tellIfSpent();
  }

  /** It is in the servers' hands. */
  get #isOut(): boolean {
    return this.#state === 'sent' || this.#state === 'redirected';
  }

  #follow(hop: Hop, nowMs: number): void {
    this.#deps.recorder.redirected();
    this.#hop = hop;
    this.#active = hop.connection;
    if (hop.connection.idle) {
      this.#sendHop(nowMs);
      return;
    }
    this.#state = 'redirected';
    hop.connection.open();
  }

  #sendHop(nowMs: number): void {
    const { connection, bytes, headRequest } = this.#hop!;
    this.#state = 'sent';
    connection.send(bytes, nowMs, headRequest);
  }

  #judge(form: RequestForm, answer: RequestFailure | null): RequestFailure | null {
    const received = this.received()!;
    try {
      return judge(form.expect!, received, answer);
    } catch (error) {
      this.thrown = error ?? new Error('the check threw nothing');
      return { kind: 'client', status: received.status, message: 'the check threw' };
    }
  }

  #show(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void {
    const request = this.#isOut ? (this.#hop?.bytes ?? this.#bytes) : null;
    const [{ name }, { answer }] = [this.#form!, this.#active];
    this.#deps.tap?.ended({ request, name, times: this.#times, firstByteMs, nowMs, failure, answer });
  }

  #enter(name: string, nowMs: number, failure: RequestFailure | null, bodyBytes: number): void {
    const { named, warmupEndMs } = this.#deps;
    const { intendedMs } = this.#times;
    if (intendedMs < warmupEndMs) return;
    const elapsedMs = failure === null || failure.kind === 'timeout' ? nowMs - intendedMs : null;
    named.ended(name, this.#form!.method, failure === null, bodyBytes, elapsedMs);
  }

  /** @returns whether there was a request that had not been sent */
  #giveUpUnsent(): boolean {
    if (this.#state !== 'waiting' && this.#state !== 'backingOff') return false;
    this.#backOff?.cancel();
    this.#deps.budget.unsent--;
    this.#deps.recorder.dropped(this.#times);
    return true;
  }

  #end(nowMs: number, failure: RequestFailure | null, refused: boolean): void {
    this.#state = 'free';
    this.#requester!.ended(this, nowMs, failure, refused);
  }
}

const runEnded: RequestFailure = { kind: 'client', status: 0, message: 'the run has ended' };
