import type { Performer, PerformerOwner, Preparer } from '../executors/performer.ts';
import type { StartTimes } from '../measure/recorder.ts';
import type { RequestFailure } from '../transport/exchange/failure.ts';
import { Exchange, type Requester } from './exchange.ts';
import type { ExchangeDeps } from './exchange-deps.ts';
import type { NamedBooks } from './named-books.ts';
import type { RequestChoice } from './request-form.ts';

/** An iteration is one request: the run's own, or a flow that is no more than that. */
export class RequestPerformer implements Performer, Preparer, Requester {
  readonly #exchange: Exchange;
  readonly #choice: RequestChoice;
  readonly #owner: PerformerOwner;
  readonly #named: NamedBooks;
  #preparer: Preparer | undefined;
  #halted = false;

  constructor(deps: ExchangeDeps, choice: RequestChoice, owner: PerformerOwner) {
    this.#exchange = new Exchange(deps);
    this.#named = deps.named;
    this.#choice = choice;
    this.#owner = owner;
  }

  get ready(): boolean {
    return this.#exchange.ready;
  }

  prepare(preparer: Preparer): void {
    this.#preparer = preparer;
    this.#exchange.prepare(this);
  }

  prepared(nowMs: number): void {
    this.#preparer!.prepared(nowMs);
  }

  unprepared(nowMs: number, failure: RequestFailure): void {
    this.#preparer!.unprepared(nowMs, this.#named.label(this.#choice.choose(), failure));
  }

  begin(start: Readonly<StartTimes>, nowMs: number, payload: string | null): void {
    this.#choice.began();
    this.#exchange.begin(this.#choice.choose(), start, nowMs, payload, this);
  }

  ended(exchange: Exchange, nowMs: number, _: RequestFailure | null, refused: boolean): void {
    if (exchange.thrown !== undefined && !this.#halted) this.#choice.threw(exchange.thrown);
    this.#owner.ended(nowMs, refused);
  }

  halt(nowMs: number): void {
    this.#halted = true;
    this.#exchange.drop(nowMs);
  }

  destroy(): void {
    this.#exchange.destroy();
  }

  abandon(nowMs: number): void {
    this.#exchange.abandon(nowMs);
  }
}
