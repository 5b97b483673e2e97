import { hourlyPriceUsd, pricesAsOf, pricesRegion } from '../catalog/prices.ts';
import { sleep } from '../core/clock.ts';
import { userError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { writeAskedFor, writeFileAtomic } from '../core/files/atomic-file.ts';
import { resolveFields } from '../core/options/fields.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import { readScheduledActions } from '../experiment/policies/scheduled-action-file.ts';
import { judgeSimulation } from '../experiment/simulation/simulate-expectations.ts';
import {
  type SimulateOptions,
  simulateOptions,
  simulationDefaults,
} from '../experiment/simulation/simulate-options.ts';
import { changedPolicy, type PolicySet, policySets } from '../experiment/simulation/simulate-policies.ts';
import { baseSpec, refusal } from '../experiment/simulation/simulated-experiment.ts';
import { type Callers, pacedRateRps } from '../offered/simulated-load.ts';
import { judgeService } from '../record/judgement/service-verdict.ts';
import type { JudgedExpectation } from '../record/schemas/expectation-schema.ts';
import type { ServiceVerdict } from '../record/schemas/result.ts';
import type { SuspendedState } from '../scaling/engine/state.ts';
import { checkCapacityRange } from '../scaling/policies/check-target.ts';
import { kindOfRequest, policyKinds } from '../scaling/policies/kinds/policy-kinds.ts';
import { createQueueModel, type InstanceModel } from '../scaling/simulate/queue-model.ts';
import { simulate as runSimulation } from '../scaling/simulate/simulate.ts';
import type { NamedPolicy, Simulation, SimulationSpec, SimulationSummary } from '../scaling/simulate/spec.ts';
import {
  paretoFront,
  pointsOf,
  type SweepAxes,
  type SweepPoint,
  winnerOf,
} from '../scaling/simulate/sweep.ts';

export interface SimulateOutcome extends Simulation {
  exitCode: ExitCode;
  /** Of the policy shown: the only one, or the one that wins. */
  summary: SimulationSummary & { cost: { usd: number | null; instanceHours: number; note: string } };
  /** As `PutScalingPolicy` takes it, without the target it goes to; empty without autoscaling. */
  policies: NamedPolicy[];
  /** What a prediction observed is in the expectation's unit; null where no request was served. */
  thresholds: JudgedExpectation[];
  /** Whether the service is predicted to do what is expected. */
  expectations: { verdict: ServiceVerdict };
  /** With `compare` and `sweep`: all that was tried, in the order of the grid. */
  candidates: Candidate[];
  /** Names of those that no other beats in cost and in SLO misses, cheapest first. */
  pareto: string[];
  winner: string | null;
  assumptions: Assumptions;
}

export interface Candidate {
  name: string;
  settings: SweepPoint;
  policies: NamedPolicy[];
  summary: SimulationSummary;
}

/** What was taken for given. */
interface Assumptions {
  instanceType: string;
  minCapacity: number;
  maxCapacity: number;
  service: InstanceModel['service'];
  concurrency: number;
  queue: number;
  maxRps: number;
  provisionTimeMs: number;
  metricDelayMs: number;
  load: Callers;
}

/**
 * Predicts an experiment in virtual time; touches no cloud.
 * @throws MlbenchError for whatever of the load, the policies or the capacity would not do (exit code 2)
 */
export async function simulate(options: SimulateOptions, context: CommandContext): Promise<SimulateOutcome> {
  const base = baseSpec(options, context);
  const model = createQueueModel(base.instance);
  const sets: PolicySet[] =
    options.autoscaling === false ? [fixedSet(options)] : policySets(options, model.maxRps);
  const plans = plansOf(base, sets, options);
  const single = plans.length === 1 && !options.sweep && !options.compare;
  const candidates: Candidate[] = [];
  if (!single) {
    context.emit({ type: 'part', name: 'simulate', message: `${plans.length} candidates` });
    for (const [index, { name, settings, policies, spec }] of plans.entries()) {
      // Signals are heard between candidates alone.
      if (index % 20 === 0) await sleep(context.clock, 0, context.signal);
      candidates.push({ name, settings, policies, summary: runSimulation(spec, model, 'summary').summary });
    }
  }
  const winner = winnerOf(candidates, resolveFields(simulateOptions, options).allowedMissShare);
  const shown = single ? plans[0] : plans.find(({ name }) => name === winner?.name);
  if (!shown) throw userError('bad-sweep', '--sweep names nothing to try', 'write it like target=40..120:10');
  const simulation = runSimulation(shown.spec, model);
  const thresholds = judgeSimulation(options.expectations ?? [], simulation.summary);
  const verdict = judgeService(thresholds);
  const outcome: SimulateOutcome = {
    ...simulation,
    exitCode: verdict === 'MISSED' ? exitCodes.expectationMissed : exitCodes.ok,
    summary: { ...simulation.summary, cost: costOf(simulation.summary, options) },
    policies: shown.policies,
    thresholds,
    expectations: { verdict },
    candidates,
    pareto: paretoFront(candidates).map(({ name }) => name),
    winner: winner?.name ?? null,
    assumptions: {
      instanceType: options.instanceType ?? simulationDefaults.instanceType,
      minCapacity: shown.spec.autoscaling?.minCapacity ?? shown.spec.instances,
      maxCapacity: shown.spec.autoscaling?.maxCapacity ?? shown.spec.instances,
      service: base.instance.service,
      concurrency: base.instance.concurrency,
      queue: base.instance.queue,
      maxRps: model.maxRps,
      provisionTimeMs: base.provisionTimeMs,
      metricDelayMs: base.metricDelayMs,
      load: base.load.callers,
    },
  };
  await writeFiles(outcome, options);
  return outcome;
}

interface Plan {
  name: string;
  settings: SweepPoint;
  policies: NamedPolicy[];
  spec: SimulationSpec;
}

/** @throws MlbenchError `autoscaling-contradiction` (exit code 2), as `up` */
function fixedSet(options: SimulateOptions): PolicySet {
  const { minCapacity, maxCapacity, metric, targetValue, policyFiles, scheduledActionFiles, suspend } =
    options;
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = options;
  const named = [
    minCapacity,
    maxCapacity,
    metric,
    targetValue,
    scaleOutCooldownSeconds,
    scaleInCooldownSeconds,
  ];
  if ([...named, policyFiles, scheduledActionFiles, suspend].every((value) => value === undefined))
    return { name: 'fixed', policies: [] };
  throw userError(
    'autoscaling-contradiction',
    '--no-autoscaling contradicts --min, --max, --metric, --target-value, --policy, --scheduled-action, --suspend and the cooldowns',
    'leave out either --no-autoscaling or the settings of autoscaling; --instances says how many there are',
  );
}

function plansOf(base: SimulationSpec, sets: readonly PolicySet[], options: SimulateOptions): Plan[] {
  const points = options.sweep ? pointsOf(options.sweep) : [{}];
  if (options.sweep) refuseIdleSweep(options.sweep, sets);
  const scheduledActions = readScheduledActions(options.scheduledActionFiles ?? []);
  const suspended = suspendedState(options.suspend ?? []);
  return sets.flatMap((set) =>
    points.map((settings: SweepPoint) => {
      const policies = set.policies.map((tried) => changedPolicy(tried, settings));
      const minCapacity = settings.min ?? options.minCapacity ?? simulationDefaults.min;
      const maxCapacity =
        settings.max ?? options.maxCapacity ?? Math.max(simulationDefaults.max, minCapacity);
      const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const name = [...(sets.length > 1 || words.length === 0 ? [set.name] : []), ...words].join(' ');
      const instances = settings.instances ?? options.instances ?? minCapacity;
      if (policies.length > 0) checkRange(minCapacity, maxCapacity, instances);
      const autoscaling =
        policies.length === 0 ? null : { minCapacity, maxCapacity, policies, scheduledActions, suspended };
      return { name, settings, policies, spec: { ...base, instances, autoscaling } };
    }),
  );
}

function suspendedState(parts: NonNullable<SimulateOptions['suspend']>): SuspendedState {
  return {
    scaleOut: parts.includes('scale-out'),
    scaleIn: parts.includes('scale-in'),
    scheduled: parts.includes('scheduled'),
  };
}

/** A grid of equal candidates would look like a finding. */
function refuseIdleSweep(axes: SweepAxes, sets: readonly PolicySet[]): void {
  const varies = sets.some(({ policies }) => policies.some(({ policy }) => kindOfRequest(policy)?.changed));
  const idle = Object.keys(axes).find((key) => /^target$|Cooldown$/.test(key));
  if (varies || idle === undefined) return;
  throw userError(
    'bad-sweep',
    `--sweep ${idle}: no policy of ${sweptKinds()} is there to vary it in`,
    'vary min, max or instances, or compare policy files with --compare',
  );
}

function sweptKinds(): string {
  return policyKinds
    .filter(({ changed }) => changed)
    .map(({ words }) => words)
    .join(' or ');
}

function checkRange(minCapacity: number, maxCapacity: number, instances: number): void {
  const range = checkCapacityRange(minCapacity, maxCapacity);
  if (range) throw refusal(`--min ${minCapacity} --max ${maxCapacity}`, range);
  if (instances >= minCapacity && instances <= maxCapacity) return;
  throw userError(
    'bad-instances',
    `--instances ${instances} is not within ${minCapacity} to ${maxCapacity}`,
    'change --instances, --min or --max',
  );
}

function costOf(summary: SimulationSummary, options: SimulateOptions): SimulateOutcome['summary']['cost'] {
  const type = options.instanceType ?? simulationDefaults.instanceType;
  const note =
    summary.costUsd === null
      ? `No price of ${type} is in the table of ${pricesAsOf}.`
      : `For the instances alone, at $${hourlyPriceUsd(type)} an hour of ${type} (${pricesRegion}, prices of ${pricesAsOf}).`;
  return { usd: summary.costUsd, instanceHours: summary.instances.hours, note };
}

async function writeFiles(outcome: SimulateOutcome, options: SimulateOptions): Promise<void> {
  const { policies } = outcome;
  if (options.outPolicy !== undefined) {
    const content = policies.length === 1 ? policies[0] : policies;
    write('--out-policy', options.outPolicy, (path) =>
      writeFileAtomic(path, `${JSON.stringify(content, null, 2)}\n`, 'asked-for'),
    );
  }
  if (options.html !== undefined) {
    const { renderSimulation } = await import('../report/render-simulation.ts');
    const { candidates: tried, pareto, winner, assumptions, thresholds } = outcome;
    const page = renderSimulation(outcome, {
      policies,
      thresholds,
      candidates: { tried, pareto, winner },
      rateOfUserRps: pacedRateRps(assumptions.load),
    });
    write('--html', options.html, (path) => writeAskedFor(path, page));
  }
}

function write(flag: string, path: string, how: (path: string) => void): void {
  try {
    how(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw userError(
      'out-file',
      `${flag} ${path} cannot be written: ${reason}`,
      'name a file in a folder that exists',
      error,
    );
  }
}
