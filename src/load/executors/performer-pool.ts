import type { StartTimes } from '../measure/recorder.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import { noDeadline, type Timed, type TimerWheel } from '../transport/exchange/timer-wheel.ts';
import type { Iterations, Performer, PerformerOwner, Preparer } from './performer.ts';
import { WaitingLine } from './waiting-line.ts';

export interface PerformerPoolDeps {
  iterations: Iterations;
  wheel: TimerWheel;
  /** At most so many performers; beyond them arrivals wait. */
  places: number;
  /** An arrival that has waited for a place so long has failed. */
  timeoutMs: number;
  /** An arrival has got its place, or has given up: fewer wait now. */
  waitingChanged(): void;
  /** An iteration has ended. */
  ended(): void;
}

/**
 * Arrivals on a bounded number of performers: the one used last first, a new one while all are busy, else in line.
 *
 *   a place's state  on                                    next
 *   unready          an arrival waits, and none opens      preparing
 *   preparing        prepared                              performing, if an arrival waits; else ready
 *                    unprepared                            unready: the arrival that has waited longest bears it
 *   ready            an arrival                            performing, or unready if it has ceased to be ready
 *   performing       ended                                 performing, if an arrival waits; else ready or unready
 */
export class PerformerPool implements Timed {
  /** Of the arrival that has waited longest. */
  deadlineMs = noDeadline;
  watched = false;
  /** Iterations under way. */
  performing = 0;
  readonly #deps: PerformerPoolDeps;
  readonly #line = new WaitingLine();
  readonly #places: Place[] = [];
  /** Ready, the one used last at the end; some may have ceased to be meanwhile. */
  readonly #ready: Place[] = [];
  readonly #unready: Place[] = [];
  #preparing = 0;
  #stopped = false;
  readonly #scratch: StartTimes = { intendedMs: 0, takenMs: 0, timed: true };

  constructor(deps: PerformerPoolDeps) {
    this.#deps = deps;
  }

  /** Arrivals that wait for a place. */
  get waiting(): number {
    return this.#line.length;
  }

  take(intendedMs: number, takenMs: number, payload: string | null): void {
    const line = this.#line;
    const place = line.length === 0 ? this.#findReady() : undefined;
    if (place !== undefined) {
      place.start.intendedMs = intendedMs;
      place.start.takenMs = takenMs;
      this.#begin(place, takenMs, payload);
    } else if (line.length >= mostWaiting) {
      this.#scratch.intendedMs = intendedMs;
      this.#scratch.takenMs = takenMs;
      const message = `more than ${mostWaiting} requests wait for a connection`;
      const failure = { kind: 'client', status: 0, message } as const;
      this.#deps.iterations.books.starved(this.#scratch, failure, takenMs);
    } else {
      line.enter(intendedMs, takenMs, payload);
      if (line.length === 1) this.#watchLine();
      this.#prepareMore();
    }
  }

  /** Arrivals in line are dropped, and performers at rest close their connections. */
  stop(): void {
    this.#stopped = true;
    while (this.#line.length > 0) this.#deps.iterations.books.dropped(this.#leaveLine());
    this.#watchLine();
    for (const place of this.#places) if (!place.performing) place.performer.destroy();
  }

  halt(nowMs: number): void {
    for (const place of this.#places) if (place.performing) place.performer.halt(nowMs);
  }

  abandon(nowMs: number): void {
    for (const place of this.#places) place.performer.abandon(nowMs);
  }

  /** The first in line has waited for too long. */
  expired(nowMs: number): void {
    const { timeoutMs, iterations, waitingChanged } = this.#deps;
    const message = `no free connection within ${timeoutMs / 1_000} s`;
    while (this.#line.length > 0 && this.#line.takenMs + timeoutMs <= nowMs) {
      const start = this.#leaveLine();
      this.#watchLine();
      iterations.books.starved(start, { kind: 'timeout', status: 0, message }, nowMs);
      waitingChanged();
    }
  }

  prepared(place: Place, nowMs: number): void {
    this.#preparing--;
    this.#release(place, nowMs);
  }

  /** The one that has waited longest bears it: no other place came in time for it. */
  unprepared(place: Place, nowMs: number, failure: RequestFailure): void {
    this.#preparing--;
    this.#unready.push(place);
    if (this.#line.length > 0 && !this.#stopped) {
      const start = this.#leaveLine();
      this.#watchLine();
      this.#deps.iterations.books.failedUnsent(start, failure, nowMs);
      this.#deps.waitingChanged();
    }
    this.#prepareMore();
  }

  ended(place: Place, nowMs: number): void {
    this.performing--;
    this.#release(place, nowMs);
    this.#deps.ended();
  }

  #findReady(): Place | undefined {
    for (let place = this.#ready.pop(); place !== undefined; place = this.#ready.pop()) {
      if (place.performer.ready) return place;
      this.#unready.push(place);
    }
    return undefined;
  }

  #begin(place: Place, nowMs: number, payload: string | null): void {
    place.performing = true;
    this.performing++;
    place.performer.begin(place.start, nowMs, payload);
  }

  /** It does nothing any more: the next in line has it. */
  #release(place: Place, nowMs: number): void {
    const line = this.#line;
    if (!place.performer.ready) this.#unready.push(place);
    else if (this.#stopped) place.performer.destroy();
    else if (line.length > 0) {
      place.start.intendedMs = line.intendedMs;
      place.start.takenMs = line.takenMs;
      const payload = line.leave();
      this.#watchLine();
      this.#begin(place, nowMs, payload);
      this.#deps.waitingChanged();
      return;
    } else this.#ready.push(place);
    this.#prepareMore();
  }

  /** Once for each arrival in line that none being prepared is meant for. */
  #prepareMore(): void {
    while (!this.#stopped && this.#preparing < this.#line.length) {
      const place = this.#unready.pop() ?? this.#newPlace();
      if (place === undefined) return;
      this.#preparing++;
      place.performer.prepare(place);
    }
  }

  #newPlace(): Place | undefined {
    if (this.#places.length >= this.#deps.places) return undefined;
    const place = new Place(this, this.#deps.iterations);
    this.#places.push(place);
    return place;
  }

  /** The first in line leaves. @returns its times, until the next call */
  #leaveLine(): StartTimes {
    this.#scratch.intendedMs = this.#line.intendedMs;
    this.#scratch.takenMs = this.#line.takenMs;
    this.#line.leave();
    return this.#scratch;
  }

  #watchLine(): void {
    const { timeoutMs, wheel } = this.#deps;
    this.deadlineMs = this.#line.length > 0 && !this.#stopped ? this.#line.takenMs + timeoutMs : noDeadline;
    if (this.deadlineMs !== noDeadline && !this.watched) wheel.watch(this);
  }
}

/** A performer, and the times of the arrival that it performs. */
class Place implements PerformerOwner, Preparer {
  readonly start: StartTimes = { intendedMs: 0, takenMs: 0, timed: true };
  readonly performer: Performer;
  performing = false;
  readonly #pool: PerformerPool;

  constructor(pool: PerformerPool, iterations: Iterations) {
    this.#pool = pool;
    this.performer = iterations.createPerformer(this);
  }

  prepared(nowMs: number): void {
    this.#pool.prepared(this, nowMs);
  }

  unprepared(nowMs: number, failure: RequestFailure): void {
    this.#pool.unprepared(this, nowMs, failure);
  }

  ended(nowMs: number): void {
    this.performing = false;
    this.#pool.ended(this, nowMs);
  }
}

const mostWaiting = 1_000_000;
