import type { Clock, Timer } from '../../core/clock.ts';
import type { Recorder } from '../measure/recorder.ts';
import { type Snapshot, snapshotVersion } from '../measure/snapshot.ts';

/** Cumulative figures of a worker's thread. */
export interface ThreadUse {
  loopActiveMs: number;
  loopIdleMs: number;
  cpuUs: number;
}

export interface IntervalReportsDeps {
  clock: Clock;
  worker: number;
  originMs: number;
  recorder: Recorder;
  readThread(): ThreadUse;
  /** Active at this moment. */
  users(): number;
  /** What was received, and of a scenario what its flows did, since the last call. */
  takeMore(nowMs: number): Partial<Snapshot>;
  /** An interval is over: before its snapshot is taken. */
  intervalOver(): void;
  post(snapshot: Snapshot): void;
}

/**
 * A worker's snapshots: one a second, at whole multiples from the start, so that those of all workers fall together.
 */
export class IntervalReports {
  readonly #deps: IntervalReportsDeps;
  #interval = 0;
  #fromMs: number;
  #thread: ThreadUse;
  /** When the next one is. */
  #dueMs: number;
  #timer: Timer | undefined;
  #usersUntilEnd: number | undefined;

  /** At the run's start. */
  constructor(deps: IntervalReportsDeps) {
    this.#deps = deps;
    this.#fromMs = deps.originMs;
    this.#thread = deps.readThread();
    this.#dueMs = this.#dueAfter(deps.clock.monotonicMs());
    this.#arm();
  }

  /** Posts the interval that is over by now, if it was not yet: what happens next is not of it. */
  catchUp(nowMs: number): void {
    if (nowMs < this.#dueMs) return;
    const { originMs, intervalOver } = this.#deps;
    this.#dueMs = this.#dueAfter(nowMs);
    intervalOver();
    this.#post(nowMs, Math.floor((nowMs - originMs) / snapshotIntervalMs));
  }

  /**
   * Nothing begins from here on: users that were on until now are this interval's, though they will be gone at its end.
   */
  sendingEnds(nowMs: number): void {
    if (nowMs - this.#fromMs >= shortestPartMs) this.#usersUntilEnd = this.#deps.users();
  }

  /** Posts nothing but the last one any more: what comes yet belongs to it. */
  hold(): void {
    this.#timer?.cancel();
  }

  /** Posts the last one. @param nowMs its end, be it some time ago */
  end(nowMs: number): void {
    this.hold();
    this.#post(nowMs, this.#interval + 1);
  }

  #arm(): void {
    const { clock } = this.#deps;
    this.#timer = clock.after(this.#dueMs - clock.monotonicMs(), () => {
      // Timers fire early: then it is still due.
      this.catchUp(clock.monotonicMs());
      this.#arm();
    });
  }

  #dueAfter(nowMs: number): number {
    const { originMs } = this.#deps;
    const passed = Math.max(0, Math.floor((nowMs - originMs) / snapshotIntervalMs));
    return originMs + (passed + 1) * snapshotIntervalMs;
  }

  #post(nowMs: number, interval: number): void {
    const { worker, originMs, recorder, users, takeMore, readThread, post } = this.#deps;
    const more = takeMore(nowMs);
    const thread = readThread();
    post({
      version: snapshotVersion,
      worker,
      interval,
      fromMs: this.#fromMs - originMs,
      toMs: nowMs - originMs,
      users: this.#usersUntilEnd ?? users(),
      inFlight: recorder.inFlight,
      ...recorder.take(nowMs),
      ...more,
      loopActiveMs: thread.loopActiveMs - this.#thread.loopActiveMs,
      loopIdleMs: thread.loopIdleMs - this.#thread.loopIdleMs,
      cpuUs: thread.cpuUs - this.#thread.cpuUs,
    });
    this.#usersUntilEnd = undefined;
    this.#thread = thread;
    this.#fromMs = nowMs;
    this.#interval = interval;
  }
}

const snapshotIntervalMs = 1_000;

/** An end that falls together with a second's comes some milliseconds after it. */
const shortestPartMs = 20;
