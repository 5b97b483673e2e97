import { createRandom, type Random } from '../../core/random.ts';
import type { RequestTimes } from '../measure/recorder.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { Flow, ScenarioRequest, ScenarioResponse, ScenarioUser } from './define-scenario.ts';
import { ScenarioExchange } from './scenario-exchange.ts';
import type { ShapedRequest } from './scenario-shape.ts';
import type { World } from './scenario-world.ts';

/** One flow on its way. What it asks for once it is over is never answered: code left behind can do no harm. */
export interface Run {
  flow: string;
  over: boolean;
  returned: boolean;
  requests: number;
  pauses: number;
  /** Requests and pauses that have not ended. */
  outstanding: number;
  idleSinceMs: number;
  begunMs: number;
  /** When the flow was meant to begin, and was taken up: for its first request; null once that has them. */
  first: { intendedMs: number; takenMs: number; timed: boolean } | null;
}

/**
 * One user of a scenario. To the driver it is a connection: always idle between flows, busy during one.
 *
 *   state     on                                                          next
 *   idle      send()                                                      in a flow
 *   in a flow the flow has returned or thrown, and its requests ended     idle, answered()
 *             the same, but it did nothing at all                         idle, failed(): the driver backs off
 */
export class ScenarioLane {
  readonly idle = true;
  readonly #world: World;
  readonly #owner: ConnectionOwner;
  readonly #index: number;
  readonly #random: Random;
  readonly #exchanges: ScenarioExchange[] = [];
  #state: unknown;
  #hasState = false;
  #run: Run | undefined;

  constructor(world: World, owner: ConnectionOwner, index: number) {
    this.#world = world;
    this.#owner = owner;
    this.#index = index;
    this.#random = createRandom(world.deps.seed ^ Math.imul(index + 1, 0x85ebca6b));
  }

  open(): void {
    queueMicrotask(() => this.#owner.opened(this.#world.deps.clock.monotonicMs()));
  }

  send(_request: Buffer, nowMs: number): void {
    const world = this.#world;
    const flow = this.#chooseFlow();
    const run: Run = {
      flow: flow.name,
      over: false,
      returned: false,
      requests: 0,
      pauses: 0,
      outstanding: 0,
      idleSinceMs: nowMs,
      begunMs: nowMs,
      first: world.times,
    };
    this.#run = run;
    // Not before the driver has finished what it is doing.
    queueMicrotask(() => {
      this.#perform(flow, run).then(
        () => this.#returned(run),
        (error: unknown) => {
          if (!run.over && !world.stopping) world.threw(error, flow.name);
          this.#returned(run);
        },
      );
    });
  }

  destroy(): void {
    for (const exchange of this.#exchanges) exchange.destroy();
  }

  stop(): void {
    const run = this.#run;
    if (run !== undefined) this.#endIfDone(run);
  }

  abandon(nowMs: number): void {
    if (this.#run !== undefined) this.#run.over = true;
    this.#run = undefined;
    for (const exchange of this.#exchanges) exchange.abandon(nowMs);
  }

  /** A flow that waits for something that will never come would keep its user for ever. */
  checkProgress(nowMs: number): void {
    const run = this.#run;
    const { timeoutMs } = this.#world.deps;
    if (run === undefined || run.returned || run.outstanding > 0 || nowMs - run.idleSinceMs < timeoutMs)
      return;
    this.#world.threw(
      new Error(
        `the flow "${run.flow}" has waited ${timeoutMs / 1_000} s for neither request nor pause: given up`,
      ),
      run.flow,
    );
    run.returned = true;
    this.#endIfDone(run);
  }

  async #perform(flow: Flow, run: Run): Promise<void> {
    const user = this.#userOf(run);
    if ('run' in flow) {
      await flow.run(user);
      return;
    }
    const asked = typeof flow.request === 'function' ? flow.request(user) : flow.request;
    await this.#request(run, asked);
  }

  #userOf(run: Run): ScenarioUser {
    const { deps } = this.#world;
    if (!this.#hasState) {
      const make = deps.scenario.state;
      this.#state = make === undefined ? {} : make({ index: this.#index, data: deps.data });
      this.#hasState = true;
    }
    return {
      index: this.#index,
      data: deps.data,
      state: this.#state as Record<string, unknown>,
      random: () => this.#random.next(),
      payload: () => deps.request.nextBody(),
      request: (asked = {}) => this.#request(run, asked),
      pause: (ms) => this.#pause(run, ms),
    };
  }

  #request(run: Run, asked: ScenarioRequest): Promise<ScenarioResponse> {
    const world = this.#world;
    if (this.#left(run) || world.requestsLeft <= 0) return never();
    if (run.outstanding >= mostAtOnce) {
      return Promise.reject(new Error(`a user has at most ${mostAtOnce} requests and pauses at a time`));
    }
    let shaped: ShapedRequest;
    try {
      shaped = world.shape(asked);
    } catch (error) {
      return Promise.reject(error);
    }
    const nowMs = world.deps.clock.monotonicMs();
    const times = timesOf(run, nowMs);
    run.requests++;
    run.outstanding++;
    world.requestsLeft--;
    const name = world.books.boundName(asked.name ?? run.flow);
    return new Promise((resolve, reject) => {
      this.#freeExchange().begin({ asked, shaped, times, name }, nowMs, (response, thrown) => {
        run.outstanding--;
        run.idleSinceMs = world.deps.clock.monotonicMs();
        if (!this.#left(run)) {
          if (thrown === undefined) resolve(response);
          else reject(thrown);
        }
        this.#endIfDone(run);
      });
    });
  }

  #pause(run: Run, ms: number): Promise<void> {
    if (this.#left(run)) return never();
    if (!(ms >= 0 && ms < 2_147_483_647)) return Promise.reject(new Error(`cannot pause for ${ms} ms`));
    if (run.outstanding >= mostAtOnce) {
      return Promise.reject(new Error(`a user has at most ${mostAtOnce} requests and pauses at a time`));
    }
    const { clock } = this.#world.deps;
    run.pauses++;
    run.outstanding++;
    return new Promise((resolve) => {
      clock.after(
        Math.max(1, ms),
        () => {
          run.outstanding--;
          run.idleSinceMs = clock.monotonicMs();
          if (!this.#left(run)) resolve();
          this.#endIfDone(run);
        },
        { unref: true },
      );
    });
  }

  #returned(run: Run): void {
    run.returned = true;
    this.#endIfDone(run);
  }

  #endIfDone(run: Run): void {
    if (run.over || run !== this.#run) return;
    const { stopping, deps } = this.#world;
    // While stopping, nobody waits for pauses and for code that waits for nothing.
    if (!stopping && (!run.returned || run.outstanding > 0)) return;
    if (this.#exchanges.some((exchange) => exchange.busy)) return;
    run.over = true;
    this.#run = undefined;
    const nowMs = deps.clock.monotonicMs();
    if (run.requests + run.pauses > 0 || stopping) this.#owner.answered(nowMs, nowMs, null);
    else this.#owner.failed(nowMs, { kind: 'client', status: 0, message: 'the flow did nothing' }, false);
  }

  #left(run: Run): boolean {
    return run.over || this.#world.stopping;
  }

  #freeExchange(): ScenarioExchange {
    let exchange = this.#exchanges.find(({ busy }) => !busy);
    if (exchange === undefined) {
      exchange = new ScenarioExchange(this.#world);
      this.#exchanges.push(exchange);
    }
    return exchange;
  }

  #chooseFlow(): Flow {
    const { flows } = this.#world.deps.scenario;
    if (flows.length === 1) return flows[0]! as Flow;
    let rest = this.#random.next() * this.#world.totalWeight;
    for (const flow of flows) {
      rest -= flow.weight ?? 1;
      if (rest < 0) return flow as Flow;
    }
    return flows.at(-1)! as Flow;
  }
}

/**
 * A request counts from when the code asks for it. The first of a flow bears what the flow began too late by, too, but not
 * what the code did before it: a pause of the user's is no wait for the service.
 */
function timesOf(run: Run, nowMs: number): RequestTimes {
  const { first } = run;
  run.first = null;
  if (first === null) return { intendedMs: nowMs, takenMs: nowMs, sentMs: 0, timed: false };
  const ownMs = nowMs - run.begunMs;
  return {
    intendedMs: first.intendedMs + ownMs,
    takenMs: first.takenMs + ownMs,
    sentMs: 0,
    timed: first.timed,
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}

const mostAtOnce = 32;
