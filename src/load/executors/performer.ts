import type { StartTimes } from '../measure/recorder.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';

/**
 * Performs iterations one at a time: a request each, or a flow each. Each user has a performer, and so has each place
 * in the pool of arrivals. Executors know of iterations no more than this.
 *
 *   state      on                                            next
 *   between    begin()                                       performing
 *              prepare()                                     preparing
 *   preparing  it is ready / cannot be                       between, prepared() / unprepared()
 *   performing the iteration has ended                       between, ended()
 *              halt(), and nothing of it is in flight        between, ended()
 *   any        abandon(); but while performing, destroy()    between
 */
export interface Performer {
  /** It could begin at once: its connection is open, or it needs none. */
  readonly ready: boolean;
  /** Answers with `prepared` or `unprepared`, never before it returns. */
  prepare(preparer: Preparer): void;
  /**
   * Ready or not: what is missing is made. Answers its owner with `ended`, never before it returns.
   * @param start is read before it returns, and may be used again
   * @param payload which one its arrival names; null: the next in order
   */
  begin(start: Readonly<StartTimes>, nowMs: number, payload: string | null): void;
  /** While performing: nothing new is sent from here on, and what has not been sent never will be. */
  halt(nowMs: number): void;
  /** Closes its connections. */
  destroy(): void;
  /** Gives up what is in flight, and tells nobody. */
  abandon(nowMs: number): void;
}

export interface Preparer {
  prepared(nowMs: number): void;
  unprepared(nowMs: number, failure: RequestFailure): void;
}

/** Told by a performer, on the clock's monotonic time. */
export interface PerformerOwner {
  /** @param refused done again at once, it would be refused as fast: a user leaves the service alone for a while */
  ended(nowMs: number, refused: boolean): void;
}

/** The books of iterations that never began. Those that did keep their own. */
export interface IterationBooks {
  /** It could not even be sent. */
  failedUnsent(start: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void;
  /** The same, for want of a place of our own: nobody was asked for anything. */
  starved(start: Readonly<StartTimes>, failure: RequestFailure, nowMs: number): void;
  /** Taken up, but the run ended before it could begin. */
  dropped(start: Readonly<StartTimes>): void;
  /** Arrivals that the run's end found not even taken up. */
  droppedUntaken(count: number, warm: boolean): void;
}

/** What is driven: single requests, or a scenario's flows. */
export interface Iterations {
  readonly books: IterationBooks;
  createPerformer(owner: PerformerOwner): Performer;
}
