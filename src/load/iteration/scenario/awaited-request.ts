import type { PreparedRequest } from '../../request/request.ts';
import type { RequestFailure } from '../../transport/exchange/failure.ts';
import { createResponse } from '../answer.ts';
import type { Expected, ScenarioRequest, ScenarioResponse } from '../define-scenario.ts';
import type { Exchange, Requester } from '../exchange.ts';
import type { RequestForm } from '../request-form.ts';
import type { ShapedRequest } from './shape.ts';

/** The flow whose code awaits it. */
interface Awaiting {
  /** It is over: its code is told nothing any more. */
  readonly left: boolean;
  awaitedEnded(): void;
  endIfDone(): void;
}

/** A request that a flow's code awaits; a class, for each of them makes one. */
export class AwaitedRequest implements RequestForm, Requester {
  readonly name: string;
  readonly method: string;
  readonly expect: Expected | undefined;
  readonly #request: PreparedRequest;
  readonly #shaped: ShapedRequest;
  readonly #run: Awaiting;
  readonly #resolve: (response: ScenarioResponse) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    run: Awaiting & { readonly flow: string },
    what: { asked: ScenarioRequest; shaped: ShapedRequest; request: PreparedRequest },
    resolve: (response: ScenarioResponse) => void,
    reject: (error: unknown) => void,
  ) {
    const { asked, shaped, request } = what;
    this.name = asked.name ?? run.flow;
    this.method = shaped.shape.method;
    this.expect = asked.expect;
    this.#request = request;
    this.#shaped = shaped;
    this.#run = run;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  bytesAt(epochMs: number): Buffer {
    const { shape, body, bytes } = this.#shaped;
    return bytes ?? this.#request.bytesOf(shape, body ?? this.#request.nextBody(), epochMs);
  }

  ended(exchange: Exchange, _: number, failure: RequestFailure | null): void {
    const run = this.#run;
    run.awaitedEnded();
    if (!run.left) {
      if (exchange.thrown === undefined) this.#resolve(createResponse(exchange.received(), failure));
      else this.#reject(exchange.thrown);
    }
    run.endIfDone();
  }
}
