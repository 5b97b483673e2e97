import type { Flow } from '../../../src/load/iteration/define-scenario.ts';
import type { ExchangeDeps } from '../../../src/load/iteration/exchange-deps.ts';
import { FlowBooks } from '../../../src/load/iteration/scenario/flow-books.ts';
import { playFlows } from '../../../src/load/iteration/scenario/flow-choice.ts';
import type { LoadedScenario } from '../../../src/load/iteration/scenario/load-scenario.ts';
import { ScenarioIterations } from '../../../src/load/iteration/scenario/scenario-iterations.ts';
import { createShaper } from '../../../src/load/iteration/scenario/shape.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { planFor } from './plan.ts';

/** A scenario of these flows, as if it had been read from `/flow.ts`. */
export function scenarioOf(flows: readonly Flow[]): LoadedScenario {
  return { flows: flows as LoadedScenario['flows'], file: '/flow.ts', chosenWait: null, modules: {} };
}

/** Flows of one worker that sends to `http://service/`. */
export function flowIterations(exchange: ExchangeDeps, flows: readonly Flow[]): ScenarioIterations {
  const scenario = scenarioOf(flows);
  const request = prepareRequest(planFor('http://service/', { body: null }), {});
  const shape = createShaper(request, false);
  const world = {
    scenario,
    shape,
    flows: playFlows(scenario, shape),
    clock: exchange.clock,
    data: undefined,
    request,
    exchange,
    books: new FlowBooks({ ...exchange, file: '/flow.ts' }),
    timeoutMs: 5_000,
    seed: 1,
  };
  return new ScenarioIterations(world, { worker: 0, workers: 1 });
}
