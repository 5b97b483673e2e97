import { createRandom, type Random } from '../../../core/random.ts';
import type { Flow, ScenarioRequest, ScenarioUser } from '../define-scenario.ts';
import type { RequestForm } from '../request-form.ts';
import type { LoadedScenario } from './load-scenario.ts';
import type { Shaper } from './shape.ts';

/** A flow as it is performed. */
export type PlayableFlow =
  /** No more than one request that is always the same: sent as a plain request is. */
  | { kind: 'request'; name: string; weight: number; form: RequestForm }
  /** Code. */
  | { kind: 'code'; name: string; weight: number; code: FlowCode };

export type FlowCode = (user: ScenarioUser) => unknown;

/** A scenario's flows, chosen by their weights. */
export class FlowChoice {
  readonly #flows: readonly PlayableFlow[];
  readonly #totalWeight: number;

  constructor(flows: readonly PlayableFlow[]) {
    this.#flows = flows;
    this.#totalWeight = flows.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Nothing but requests that are always the same. */
  get allRequests(): boolean {
    return this.#flows.every(({ kind }) => kind === 'request');
  }

  /** Somebody looks at more of an answer than its status and its size. */
  get needsAnswers(): boolean {
    return this.#flows.some(
      (flow) => flow.kind === 'code' || flow.form.expect?.body !== undefined || flow.form.expect?.check,
    );
  }

  choose(random: Random): PlayableFlow {
    const flows = this.#flows;
    if (flows.length === 1) return flows[0]!;
    let rest = random.next() * this.#totalWeight;
    for (const flow of flows) {
      rest -= flow.weight;
      if (rest < 0) return flow;
    }
    return flows.at(-1)!;
  }
}

/** Each user chooses by a stream of its own, which its code draws from, too. */
export function randomOfUser(seed: number, index: number): Random {
  return createRandom(seed ^ Math.imul(index + 1, 0x85ebca6b));
}

/** A request that a flow declares is looked at once; what cannot be sent is left to fail each time, as code does. */
export function playFlows({ flows }: LoadedScenario, shape: Shaper): FlowChoice {
  return new FlowChoice(flows.map((flow) => playFlow(flow as Flow, shape)));
}

function playFlow(flow: Flow, shape: Shaper): PlayableFlow {
  const { name, weight = 1 } = flow;
  if ('run' in flow) return { kind: 'code', name, weight, code: (user) => flow.run(user) };
  const { request: asked } = flow;
  if (typeof asked === 'function')
    return { kind: 'code', name, weight, code: (user) => user.request(asked(user)) };
  const form = formOf(asked, name, shape);
  if (form !== null) return { kind: 'request', name, weight, form };
  return { kind: 'code', name, weight, code: (user) => user.request(asked) };
}

function formOf(asked: ScenarioRequest, flow: string, shape: Shaper): RequestForm | null {
  try {
    const { method, bytesAt } = shape.declared(asked);
    return { name: asked.name ?? flow, method, expect: asked.expect, bytesAt };
  } catch {
    return null;
  }
}
