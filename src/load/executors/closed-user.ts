import type { Random } from '../../core/random.ts';
import type { UserSpan } from '../../offered/levels/user-spans.ts';
import type { Pace } from '../../offered/waits/wait-kind.ts';
import type { StartTimes } from '../measure/recorder.ts';
import { backOffMs } from './back-off.ts';
import type { DueQueue } from './due-queue.ts';
import type { Iterations, Performer, PerformerOwner } from './performer.ts';

/** What all users of a worker share. */
export interface Crowd {
  readonly iterations: Iterations;
  readonly budget: { readonly left: number };
  readonly pace: Pace;
  readonly originMs: number;
  readonly endMs: number;
  readonly due: DueQueue<ClosedUser>;
  drained(): void;
  stopping: boolean;
  /** Users that iterate and wait at this moment. */
  active: number;
  performing: number;
}

/**
 *   phase       on                      next
 *   resting     its span has come       as pausing
 *   pausing     its instant has come    performing
 *               its span has ended      resting
 *   performing  the iteration has ended pausing
 */
export class ClosedUser implements PerformerOwner {
  readonly #crowd: Crowd;
  readonly #random: Random;
  readonly #performer: Performer;
  readonly #start: StartTimes = { intendedMs: 0, takenMs: 0, timed: true };
  #phase: 'resting' | 'pausing' | 'performing' = 'resting';
  /** When it is active, on the clock's monotonic time; those that have passed are gone. */
  #spans: UserSpan[] = [];
  #refusalsInARow = 0;

  constructor(crowd: Crowd, random: Random) {
    this.#crowd = crowd;
    this.#random = random;
    this.#performer = crowd.iterations.createPerformer(this);
  }

  /** At the start, and again when the number of users was changed by hand and nothing is in the queue. */
  follow(spans: UserSpan[], nowMs: number): void {
    const { due, originMs, endMs } = this.#crowd;
    this.#spans = spans.map((span) => {
      const toMs = originMs + span.toMs;
      // A user does not leave because the run is about to end.
      return { fromMs: originMs + span.fromMs, toMs: toMs < endMs ? toMs : Number.POSITIVE_INFINITY };
    });
    if (this.#phase === 'resting') this.#rest(nowMs);
    else if (this.#phase === 'pausing' && this.#staysUntil(this.#start.intendedMs))
      due.add(this.#start.intendedMs, this);
  }

  takeUp(nowMs: number): void {
    const crowd = this.#crowd;
    if (crowd.stopping || nowMs >= crowd.endMs || crowd.budget.left <= 0) return;
    if (this.#phase === 'resting') crowd.active++;
    this.#phase = 'performing';
    crowd.performing++;
    this.#start.takenMs = nowMs;
    this.#performer.begin(this.#start, nowMs, null);
  }

  ended(nowMs: number, refused: boolean): void {
    this.#crowd.performing--;
    this.#refusalsInARow = refused ? this.#refusalsInARow + 1 : 0;
    this.#pause(nowMs, backOffMs(this.#refusalsInARow));
  }

  /** The run is ending, and it pauses or rests: it is gone. */
  leave(): void {
    if (this.#phase !== 'performing') this.#performer.destroy();
  }

  halt(nowMs: number): void {
    if (this.#phase === 'performing') this.#performer.halt(nowMs);
  }

  abandon(nowMs: number): void {
    this.#performer.abandon(nowMs);
  }

  #pause(nowMs: number, backOffMs: number): void {
    const crowd = this.#crowd;
    this.#phase = 'pausing';
    if (crowd.stopping) {
      this.#performer.destroy();
      if (crowd.performing === 0) crowd.drained();
      return;
    }
    if (crowd.budget.left <= 0) return;
    const start = this.#start;
    const nextMs = crowd.pace(start.intendedMs, nowMs, this.#random);
    if (nowMs + backOffMs > nextMs) {
      start.intendedMs = nowMs + backOffMs;
      start.timed = backOffMs > 0;
    } else {
      start.intendedMs = nextMs;
      start.timed = nextMs > nowMs;
    }
    if (!this.#staysUntil(start.intendedMs)) return;
    if (start.intendedMs <= nowMs) this.takeUp(nowMs);
    else crowd.due.add(start.intendedMs, this);
  }

  /** @returns false if its span ends before: then it rests */
  #staysUntil(ms: number): boolean {
    const span = this.#spans[0];
    if (span !== undefined && span.fromMs <= ms && ms < span.toMs) return true;
    this.#crowd.active--;
    this.#phase = 'resting';
    this.#performer.destroy();
    this.#rest(ms);
    return false;
  }

  /** Until the next span that has not ended by `ms`; for good if there is none. */
  #rest(ms: number): void {
    while (this.#spans[0] !== undefined && this.#spans[0].toMs <= ms) this.#spans.shift();
    const span = this.#spans[0];
    if (span === undefined) return;
    this.#start.intendedMs = span.fromMs;
    this.#start.timed = true;
    this.#crowd.due.add(span.fromMs, this);
  }
}
