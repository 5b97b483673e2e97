import type { Random } from '../../../core/random.ts';
import type { Performer, PerformerOwner, Preparer } from '../../executors/performer.ts';
import type { StartTimes } from '../../measure/recorder.ts';
import type { RequestFailure } from '../../transport/exchange/failure.ts';
import type { ScenarioUser } from '../define-scenario.ts';
import { Exchange, type Requester } from '../exchange.ts';
import { randomOfUser } from './flow-choice.ts';
import { FlowRun } from './flow-run.ts';
import type { FlowWorld } from './flow-world.ts';

/** One user of a scenario with code: an iteration is one of its flows. It needs no connection to begin one. */
export class FlowPerformer implements Performer, Requester {
  readonly ready = true;
  halted = false;
  readonly #world: FlowWorld;
  readonly #owner: PerformerOwner;
  readonly #index: number;
  readonly #random: Random;
  readonly #exchanges: Exchange[] = [];
  #state: unknown;
  #hasState = false;
  #run: FlowRun | undefined;
  /** Of a flow of one request. */
  #flow = '';

  /** @param index of the user, over all workers */
  constructor(world: FlowWorld, owner: PerformerOwner, index: number) {
    this.#world = world;
    this.#owner = owner;
    this.#index = index;
    this.#random = randomOfUser(world.seed, index);
  }

  /** One of its requests is under way. */
  get exchanging(): boolean {
    for (const exchange of this.#exchanges) if (exchange.busy) return true;
    return false;
  }

  prepare(preparer: Preparer): void {
    queueMicrotask(() => preparer.prepared(this.#world.clock.monotonicMs()));
  }

  begin(start: Readonly<StartTimes>, nowMs: number, payload: string | null): void {
    const { books, flows, exchange } = this.#world;
    const flow = flows.choose(this.#random);
    books.began();
    if (flow.kind === 'request' && exchange.budget.left > 0) {
      this.#flow = flow.name;
      this.freeExchange().begin(flow.form, start, nowMs, payload, this);
      return;
    }
    const run = new FlowRun(this.#world, this, flow.name, start, nowMs);
    this.#run = run;
    // Without a request left to send, a flow of one stands still, as those do that ask for another.
    if (flow.kind === 'code') run.perform(flow.code);
  }

  /** A flow of one request is over. */
  ended(exchange: Exchange, nowMs: number, _: RequestFailure | null, refused: boolean): void {
    if (exchange.thrown !== undefined && !this.halted) this.#world.books.threw(exchange.thrown, this.#flow);
    this.#owner.ended(nowMs, refused);
  }

  runEnded(nowMs: number, didNothing: boolean): void {
    this.#run = undefined;
    // What does nothing would do it again and again, as fast as it can.
    this.#owner.ended(nowMs, didNothing);
  }

  freeExchange(): Exchange {
    for (const exchange of this.#exchanges) if (!exchange.busy) return exchange;
    const exchange = new Exchange(this.#world.exchange);
    this.#exchanges.push(exchange);
    return exchange;
  }

  /** What a flow's code is given. @throws whatever the scenario's `state` throws */
  userOf(run: FlowRun): ScenarioUser {
    const { scenario, data, request } = this.#world;
    if (!this.#hasState) {
      this.#state = scenario.state === undefined ? {} : scenario.state({ index: this.#index, data });
      this.#hasState = true;
    }
    return {
      index: this.#index,
      data,
      state: this.#state as Record<string, unknown>,
      random: () => this.#random.next(),
      payload: () => request.nextBody(),
      request: (asked = {}) => run.request(asked),
      pause: (ms) => run.pause(ms),
    };
  }

  checkProgress(nowMs: number): void {
    this.#run?.checkProgress(nowMs);
  }

  halt(nowMs: number): void {
    this.halted = true;
    for (const exchange of this.#exchanges) exchange.drop(nowMs);
    this.#run?.endIfDone();
  }

  destroy(): void {
    for (const exchange of this.#exchanges) exchange.destroy();
  }

  abandon(nowMs: number): void {
    if (this.#run !== undefined) this.#run.over = true;
    this.#run = undefined;
    for (const exchange of this.#exchanges) exchange.abandon(nowMs);
  }
}
