import { hourlyPriceUsd } from '../../catalog/prices.ts';
import { type MlbenchError, userError } from '../../core/errors.ts';
import { resolveFields } from '../../core/options/fields.ts';
import { formatDurationMs, formatLatencyUs } from '../../core/units.ts';
import { emulatedCapacityOf } from '../../localcloud/options.ts';
import { checkLoad } from '../../offered/check-load.ts';
import { loadFromFlags, namesLoad } from '../../offered/from-flags.ts';
import { longestLoadMs } from '../../offered/levels/bounds.ts';
import { flagNames, type LoadFlag, type LoadFlags } from '../../offered/options.ts';
import { type SimulatedLoad, simulatedLoad } from '../../offered/simulated-load.ts';
import { checkScalableInstanceType } from '../../scaling/policies/check-target.ts';
import { createQueueModel } from '../../scaling/simulate/queue-model.ts';
import { type ServiceTime, weightedPoints } from '../../scaling/simulate/service-time.ts';
import type { SimulationSpec } from '../../scaling/simulate/spec.ts';
import type { CommandContext } from '../context/context.ts';
import { checkInstanceType } from '../settings/instance-type.ts';
import { type RecordedRun, readRecordedRun } from './recorded-run.ts';
import { sloOf } from './simulate-expectations.ts';
import { type SimulateOptions, simulateOptions, simulationDefaults } from './simulate-options.ts';

/** The calm Thursday on which every simulation starts: the same input gives the same output, dates included. */
const epochMs = Date.UTC(2026, 0, 1);

/**
 * All of an experiment but its policies: load, instances, times.
 * @throws MlbenchError for a load, a run, a type or a time that would not do (exit code 2)
 */
export function baseSpec(options: SimulateOptions, { stateDir, emit }: CommandContext): SimulationSpec {
  const instanceType = options.instanceType ?? simulationDefaults.instanceType;
  const capacity = {
    serviceTimeMs: options.serviceTimeMs ?? simulationDefaults.serviceTimeMs,
    concurrency: options.concurrency ?? null,
    queue: options.queue ?? simulationDefaults.queue,
  };
  checkInstanceType(instanceType);
  const problem = options.autoscaling === false ? null : checkScalableInstanceType(instanceType);
  if (problem) throw refusal(`--instance-type ${instanceType}`, problem);
  const run = options.fromRun === undefined ? null : readRecordedRun(options.fromRun, stateDir);
  const fitted = options.serviceTimeMs === undefined ? (run?.service ?? null) : null;
  if (fitted) emit(noteOfFit(fitted));
  const { settleMs, serviceTimeCv: cv } = resolveFields(simulateOptions, options);
  const meanUs = capacity.serviceTimeMs * 1_000;
  const service: ServiceTime =
    fitted ?? (cv > 0 ? { kind: 'lognormal', meanUs, scv: cv * cv } : { kind: 'constant', us: meanUs });
  const vcpus = emulatedCapacityOf({ ...capacity, concurrency: null }, instanceType)?.concurrency ?? 1;
  const instance = { service, concurrency: capacity.concurrency ?? vcpus, queue: capacity.queue, vcpus };
  return {
    load: loadOf(options, run),
    settleMs,
    startMs: startOf(options),
    instance,
    instances: 1,
    autoscaling: null,
    provisionTimeMs: options.provisionTimeMs ?? simulationDefaults.provisionTimeMs,
    removalTimeMs: 0,
    metricDelayMs: options.metricDelayMs ?? simulationDefaults.metricDelayMs,
    sloUs: sloOf(options, createQueueModel(instance).meanServiceUs),
    seed: options.seed ?? 1,
    hourlyPriceUsd: hourlyPriceUsd(instanceType) ?? null,
  };
}

/** More than the spread of most services; queues make it hundreds. */
const plausibleSpread = 5;

/** What a run's service times are worth: an overloaded run would make each instance seem to carry next to nothing. */
function noteOfFit(fitted: ServiceTime): Parameters<CommandContext['emit']>[0] {
  const { meanUs } = weightedPoints(fitted);
  const least = fitted.kind === 'empirical' ? (fitted.quantiles[0]?.us ?? meanUs) : meanUs;
  if (meanUs < least * plausibleSpread)
    return {
      type: 'notice',
      level: 'info',
      message:
        'service times are those of the run, waits on its instances included: fit them from a run well below capacity',
    };
  return {
    type: 'notice',
    level: 'warning',
    message: `the run's mean service time is ${formatLatencyUs(meanUs)}, its least ${formatLatencyUs(least)}: it holds waits on overloaded instances, so too little is predicted of each`,
    remedy: 'name what a request takes with --service-time, or fit from a run well below capacity',
  };
}

/** @throws MlbenchError `contradiction` (exit code 2) */
function startOf(options: SimulateOptions): number {
  const { startAtMs, startSecond } = resolveFields(simulateOptions, options);
  if (startAtMs !== undefined && options.startSecond !== undefined)
    throw userError('contradiction', '--start-at says the second already', 'leave out --start-second');
  return startAtMs ?? epochMs + startSecond * 1_000;
}

/** @throws MlbenchError `contradiction`, `too-long`, and for a load that cannot be (exit code 2) */
function loadOf(options: SimulateOptions, run: RecordedRun | null): SimulatedLoad {
  const load = run && !namesLoad(options) ? recordedLoad(options, run) : flaggedLoad(options);
  const totalMs = (load.levels.at(-1)?.toMs ?? 0) + resolveFields(simulateOptions, options).settleMs;
  if (totalMs <= longestLoadMs) return load;
  throw userError(
    'too-long',
    `${formatDurationMs(totalMs)} of cloud time are more than can be simulated at once`,
    `keep the load and --settle within ${formatDurationMs(longestLoadMs)}`,
  );
}

function recordedLoad(options: SimulateOptions, { load }: RecordedRun): SimulatedLoad {
  const flags: LoadFlags = options;
  if (Object.keys(flagNames).every((flag) => flags[flag as LoadFlag] === undefined)) return load;
  throw userError(
    'contradiction',
    `--from-run ${options.fromRun} says what is offered, and how long`,
    'leave out --duration, --ramp, --wait and --arrivals, or name the load with --users or --rate',
  );
}

function flaggedLoad(options: SimulateOptions): SimulatedLoad {
  const { load, places } = loadFromFlags(options);
  checkLoad(load, options.seed);
  return simulatedLoad(load, places);
}

/** AWS's refusal of what flags said. */
export function refusal(
  what: string,
  { code, problem, remedy }: { code: string; problem: string; remedy: string },
): MlbenchError {
  return userError('bad-policy', `${what}: ${code}: ${problem}`, remedy);
}
