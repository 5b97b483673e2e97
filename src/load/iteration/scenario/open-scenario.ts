import type { Clock } from '../../../core/clock.ts';
import type { ContentPlaces } from '../../../core/content.ts';
import { MlbenchError } from '../../../core/errors.ts';
import { withWait } from '../../../offered/offered-load.ts';
import type { ExceptionCount } from '../../measure/snapshot.ts';
import type { LoadPlan } from '../../plan/plan.ts';
import { locateScenario } from './load-scenario.ts';
import { openScenarioHost, type ScenarioHost } from './scenario-host.ts';

/** A run's scenario from its file's check to its tear-down; of a run without one, nothing at all. */
export interface OpenScenario {
  /** With the scenario's own wait, and all that it imports. */
  plan: LoadPlan;
  /** @returns what its users are given @throws MlbenchError (exit code 2) */
  setup(): Promise<unknown>;
  /** Never rejects: the run is over and measured. @returns what it threw */
  teardown(): Promise<ExceptionCount[]>;
  close(): void;
}

/** @throws MlbenchError (exit code 2) with the scenario's file and line */
export async function openScenario(
  plan: LoadPlan,
  deps: { clock: Clock; signal: AbortSignal; contents: ContentPlaces },
): Promise<OpenScenario> {
  if (plan.scenario === null) {
    return { plan, setup: async () => undefined, teardown: async () => [], close: () => {} };
  }
  const { destination, scenario, seed } = plan;
  const endpointName = destination.kind === 'runtime' ? destination.endpointName : null;
  const run = { url: destination.url, endpointName, seed };
  const host = await openScenarioHost({ located: locateScenario(scenario, deps.contents), run }, deps);
  return {
    plan: { ...withOwnWait(plan, host), scenario: { ...scenario, modules: host.modules } },
    setup: () => host.setup(),
    async teardown() {
      try {
        await host.teardown();
        return [];
      } catch (error) {
        const message = error instanceof MlbenchError ? error.message : String(error);
        return [{ message, traceback: '', count: 1 }];
      }
    },
    close: () => host.close(),
  };
}

function withOwnWait(plan: LoadPlan, { wait }: ScenarioHost): LoadPlan {
  if (wait === null || plan.scenario?.keepWait === true) return plan;
  return { ...plan, offered: withWait(plan.offered, wait) };
}
