import type { Random } from '../../../core/random.ts';
import type { Iterations, Performer, PerformerOwner } from '../../executors/performer.ts';
import type { ExceptionCount, FlowCounts, NamedInterval } from '../../measure/snapshot.ts';
import type { RequestChoice, RequestForm } from '../request-form.ts';
import { RequestPerformer } from '../request-performer.ts';
import type { FlowBooks } from './flow-books.ts';
import { type FlowChoice, randomOfUser } from './flow-choice.ts';
import { FlowPerformer } from './flow-performer.ts';
import type { FlowWorld } from './flow-world.ts';

/** The flows of a scenario, for users and arrivals to drive. Flows without code go the way of plain requests. */
export class ScenarioIterations implements Iterations {
  readonly #world: FlowWorld;
  readonly #share: { worker: number; workers: number };
  readonly #performers: FlowPerformer[] = [];
  #made = 0;

  constructor(world: FlowWorld, share: { worker: number; workers: number }) {
    this.#world = world;
    this.#share = share;
  }

  get books(): FlowBooks {
    return this.#world.books;
  }

  createPerformer(owner: PerformerOwner): Performer {
    const { exchange, flows, books, seed } = this.#world;
    const index = this.#share.worker + this.#made++ * this.#share.workers;
    if (flows.allRequests)
      return new RequestPerformer(
        exchange,
        new DeclaredRequests(flows, randomOfUser(seed, index), books),
        owner,
      );
    const performer = new FlowPerformer(this.#world, owner, index);
    this.#performers.push(performer);
    return performer;
  }

  /** Something that the scenario's code threw outside of a flow's own promise. */
  threw(error: unknown): void {
    this.#world.books.threw(error, 'outside of flows');
  }

  /** Once an interval. */
  take(nowMs: number): { named: NamedInterval[]; exceptions: ExceptionCount[]; flows: FlowCounts } {
    for (const performer of this.#performers) performer.checkProgress(nowMs);
    return this.#world.books.take();
  }
}

/** A user's flows, all of them requests that are always the same. */
class DeclaredRequests implements RequestChoice {
  readonly #flows: FlowChoice;
  readonly #random: Random;
  readonly #books: FlowBooks;
  #flow = '';

  constructor(flows: FlowChoice, random: Random, books: FlowBooks) {
    this.#flows = flows;
    this.#random = random;
    this.#books = books;
  }

  choose(): RequestForm {
    const flow = this.#flows.choose(this.#random);
    if (flow.kind !== 'request') throw new Error(`the flow "${flow.name}" is more than a request`);
    this.#flow = flow.name;
    return flow.form;
  }

  began(): void {
    this.#books.began();
  }

  threw(error: unknown): void {
    this.#books.threw(error, this.#flow);
  }
}
