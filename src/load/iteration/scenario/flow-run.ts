import type { StartTimes } from '../../measure/recorder.ts';
import type { ScenarioRequest, ScenarioResponse, ScenarioUser } from '../define-scenario.ts';
import type { Exchange } from '../exchange.ts';
import { AwaitedRequest } from './awaited-request.ts';
import type { FlowCode } from './flow-choice.ts';
import type { FlowWorld } from './flow-world.ts';
import type { ShapedRequest } from './shape.ts';

/** The user that performs the flow. */
interface Performing {
  /** Sending is over: flows are left where they stand. */
  readonly halted: boolean;
  readonly exchanging: boolean;
  userOf(run: FlowRun): ScenarioUser;
  freeExchange(): Exchange;
  runEnded(nowMs: number, didNothing: boolean): void;
}

/**
 * One flow on its way. What its code asks for once it is over is never answered: code left behind can do no harm.
 *
 *   state     on                                                          next
 *   going     the code has returned or thrown, or is given up             returned
 *   returned  its requests and pauses have ended                          over
 *   going,    sending is over, and none of its requests is in flight      over
 *   returned
 *   any       abandoned                                                   over, told nobody
 */
export class FlowRun {
  readonly flow: string;
  over = false;
  readonly #world: FlowWorld;
  readonly #user: Performing;
  #returned = false;
  /** Requests and pauses so far, and those of them that have not ended. */
  #asked = 0;
  #outstanding = 0;
  #idleSinceMs: number;
  readonly #begunMs: number;
  /** Of the next request. The first request bears the time by which the flow began too late. */
  readonly #start: StartTimes;
  #first = true;

  constructor(
    world: FlowWorld,
    user: Performing,
    flow: string,
    { intendedMs, takenMs, timed }: Readonly<StartTimes>,
    nowMs: number,
  ) {
    this.flow = flow;
    this.#world = world;
    this.#user = user;
    this.#idleSinceMs = nowMs;
    this.#begunMs = nowMs;
    this.#start = { intendedMs, takenMs, timed };
  }

  get left(): boolean {
    return this.over || this.#user.halted;
  }

  /** Lets the code run, not before whoever calls has finished what it is doing. */
  perform(code: FlowCode): void {
    queueMicrotask(() => {
      this.#follow(code).then(
        () => this.#codeReturned(),
        (error: unknown) => {
          if (!this.left) this.#world.books.threw(error, this.flow);
          this.#codeReturned();
        },
      );
    });
  }

  request(asked: ScenarioRequest): Promise<ScenarioResponse> {
    const { exchange, shape, request, clock } = this.#world;
    if (this.left || exchange.budget.left <= 0) return never();
    if (this.#outstanding >= mostAtOnce) return Promise.reject(tooMany());
    let shaped: ShapedRequest;
    try {
      shaped = shape.asked(asked);
    } catch (error) {
      return Promise.reject(error);
    }
    const nowMs = clock.monotonicMs();
    this.#setStart(nowMs);
    this.#asked++;
    this.#outstanding++;
    return new Promise((resolve, reject) => {
      const awaited = new AwaitedRequest(this, { asked, shaped, request }, resolve, reject);
      this.#user.freeExchange().beginGently(awaited, this.#start, nowMs, awaited);
    });
  }

  pause(ms: number): Promise<void> {
    if (this.left) return never();
    if (!(ms >= 0 && ms < 2_147_483_647)) return Promise.reject(new Error(`cannot pause for ${ms} ms`));
    if (this.#outstanding >= mostAtOnce) return Promise.reject(tooMany());
    this.#asked++;
    this.#outstanding++;
    return new Promise((resolve) => {
      this.#world.clock.after(
        Math.max(1, ms),
        () => {
          this.awaitedEnded();
          if (!this.left) resolve();
          this.endIfDone();
        },
        { unref: true },
      );
    });
  }

  awaitedEnded(): void {
    this.#outstanding--;
    this.#idleSinceMs = this.#world.clock.monotonicMs();
  }

  /** A flow that waits for something that will never come would keep its user for ever. */
  checkProgress(nowMs: number): void {
    const { timeoutMs, books } = this.#world;
    if (this.#returned || this.#outstanding > 0 || nowMs - this.#idleSinceMs < timeoutMs) return;
    const waited = `has waited ${timeoutMs / 1_000} s for neither request nor pause: given up`;
    books.threw(new Error(`the flow "${this.flow}" ${waited}`), this.flow);
    this.#codeReturned();
  }

  endIfDone(): void {
    if (this.over) return;
    const { halted } = this.#user;
    // Once halted, nobody waits for pauses and for code that waits for nothing.
    if (!halted && (!this.#returned || this.#outstanding > 0)) return;
    if (this.#user.exchanging) return;
    this.over = true;
    this.#user.runEnded(this.#world.clock.monotonicMs(), this.#asked === 0 && !halted);
  }

  async #follow(code: FlowCode): Promise<void> {
    await code(this.#user.userOf(this));
  }

  #codeReturned(): void {
    this.#returned = true;
    this.endIfDone();
  }

  /**
   * A request counts from the moment when the code asks for it. The first request of a flow also bears the time by
   * which the flow began too late. It does not bear what the code did before it: a pause of the user is no wait for the
   * service.
   */
  #setStart(nowMs: number): void {
    const start = this.#start;
    if (this.#first) {
      const ownMs = nowMs - this.#begunMs;
      start.intendedMs += ownMs;
      start.takenMs += ownMs;
      this.#first = false;
      return;
    }
    start.intendedMs = nowMs;
    start.takenMs = nowMs;
    start.timed = false;
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}

function tooMany(): Error {
  return new Error(`a user has at most ${mostAtOnce} requests and pauses at a time`);
}

const mostAtOnce = 32;
