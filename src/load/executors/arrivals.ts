import type { Clock } from '../../core/clock.ts';
import type { ArrivalSource } from '../../offered/arrivals/arrivals.ts';
import { driveOf, type OfferedLoad } from '../../offered/offered-load.ts';
import type { TimerWheel } from '../transport/exchange/timer-wheel.ts';
import type { LoadExecutor, WorkerEnd } from './load-executor.ts';
import type { Iterations } from './performer.ts';
import { PerformerPool } from './performer-pool.ts';
import { createWakeUp, type WakeUp } from './wake-up.ts';

export interface ArrivalsDeps {
  clock: Clock;
  /** Instants from the run's start. */
  source: ArrivalSource;
  /** The schedule ends before the run does: its last iteration ends it. */
  endsWithSource: boolean;
  iterations: Iterations;
  wheel: TimerWheel;
  /** At most so many iterations at a time; beyond them arrivals wait. */
  places: number;
  /** An arrival that has waited for a place so long has failed. */
  timeoutMs: number;
  originMs: number;
  endMs: number;
  warmupMs: number;
  /** Polls for the next arrival where a timer would be late. */
  precise: boolean;
  /** All arrivals have begun. */
  exhausted(): void;
  /** After stopping: no iteration is under way any more. */
  drained(): void;
}

/** The open model: each iteration begins at its instant, however slowly the earlier ones end. */
export class Arrivals implements LoadExecutor {
  readonly users = 0;
  readonly #deps: ArrivalsDeps;
  readonly #pool: PerformerPool;
  readonly #wakeUp: WakeUp;
  #stopping = false;

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
    this.#pool = new PerformerPool({
      ...deps,
      waitingChanged: () => this.#endWhenExhausted(),
      ended: () => this.#endWhenDrained(),
    });
    this.#wakeUp = createWakeUp(deps.clock, deps.precise, () => this.#wake());
  }

  start(): void {
    this.#setWakeUp();
    this.#endWhenExhausted();
  }

  changed(offered: OfferedLoad): void {
    const drive = driveOf(offered);
    if (this.#stopping || drive.drivenBy === 'users' || drive.rate === null) return;
    this.#deps.source.follow(drive.rate);
    this.#setWakeUp();
  }

  stop(atMs: number, reason: WorkerEnd): void {
    const { source, originMs, endMs, warmupMs, iterations } = this.#deps;
    // What fell due together with the end is not late, the timer is. What has been due for longer is dropped.
    if (reason === 'duration' && originMs + source.nextMs >= endMs - timerGrainMs) while (this.#takeDue());
    this.#stopping = true;
    this.#wakeUp.clear();
    this.#pool.stop();
    iterations.books.droppedUntaken(source.skipBefore(Math.min(warmupMs, atMs)), true);
    iterations.books.droppedUntaken(source.skipBefore(atMs), false);
    source.close();
    this.#endWhenDrained();
  }

  halt(nowMs: number): void {
    this.#pool.halt(nowMs);
  }

  abandon(nowMs: number): void {
    this.#pool.abandon(nowMs);
  }

  #wake(): void {
    const rest = this.#takeDue();
    if (this.#stopping) return;
    if (rest) this.#wakeUp.setAfterSockets();
    else this.#setWakeUp();
    this.#endWhenExhausted();
  }

  /** @returns whether more are due: a generator that cannot keep up must still read its answers */
  #takeDue(): boolean {
    const { source, clock, originMs } = this.#deps;
    for (let taken = 0; taken < mostAtOnce; taken++) {
      // One that begins may have sent the last request of all.
      if (this.#stopping) return false;
      const intendedMs = originMs + source.nextMs;
      const nowMs = clock.monotonicMs();
      if (intendedMs > nowMs) return false;
      const payload = source.nextPayload;
      source.advance();
      this.#pool.take(intendedMs, nowMs, payload);
    }
    return true;
  }

  #setWakeUp(): void {
    this.#wakeUp.set(this.#deps.originMs + this.#deps.source.nextMs);
  }

  #endWhenExhausted(): void {
    const { endsWithSource, source, exhausted } = this.#deps;
    if (this.#stopping || !endsWithSource) return;
    if (source.nextMs === Number.POSITIVE_INFINITY && this.#pool.waiting === 0) exhausted();
  }

  #endWhenDrained(): void {
    if (this.#stopping && this.#pool.performing === 0) this.#deps.drained();
  }
}

const mostAtOnce = 64;
const timerGrainMs = 2;
