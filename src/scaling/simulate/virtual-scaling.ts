/** Application Auto Scaling on the virtual clock: the engine's own steps, fed with predicted datapoints. */
import { type MlbenchError, userError } from '../../core/errors.ts';
import type { AlarmDefinition } from '../alarm.ts';
import { isBreaching } from '../alarm.ts';
import { checkPolicy } from '../check-policy.ts';
import { checkCapacityRange } from '../check-target.ts';
import { putPolicy, registerTarget } from '../edit-targets.ts';
import { neededMetrics, nextBoundaryMs, step } from '../engine.ts';
import type { Datapoint, ObservedDatapoint } from '../metric.ts';
import { metricKey } from '../metric.ts';
import type { PolicyProblem } from '../problem.ts';
import { createScalingState, type ScalingCommand, type ScalingEvent, type ScalingState } from '../state.ts';
import { emptyTotals, type InstanceSize, type PeriodTotals, predictorOf } from './predicted-metrics.ts';
import type { SimulatedAutoscaling } from './spec.ts';
import { changeCount, observed, type VirtualVariant } from './virtual-variant.ts';

const variantId = { endpointName: 'simulated', variantName: 'AllTraffic' };
const resourceId = `endpoint/${variantId.endpointName}/variant/${variantId.variantName}`;
/** As often as the stand-in looks at capacities: an activity ends soon after its change. */
export const observeEveryMs = 10_000;

interface Tracked {
  key: string;
  periodMs: number;
  delayMs: number;
  predict: (totals: PeriodTotals) => number;
  totals: PeriodTotals;
  /** Every datapoint so far, oldest first. */
  history: Datapoint[];
}

export interface VirtualScaling {
  readonly evaluateEveryMs: number;
  readonly periodsMs: readonly number[];
  /** The metrics' running totals, to be added to. */
  readonly running: readonly PeriodTotals[];
  /** What the first policy tracks, for showing. */
  readonly shown: {
    metricName: string;
    statistic: string;
    periodMs: number;
    target: number | null;
    history: readonly Datapoint[];
  } | null;
  /** Ends the periods that end at `nowMs`. */
  endPeriods(nowMs: number): void;
  /** Evaluates and acts; carries commands out on the variant. */
  advance(
    nowMs: number,
    variant: VirtualVariant,
  ): { events: readonly ScalingEvent[]; commands: readonly ScalingCommand[] };
  /** Start of the first of the periods in a row that were on the alarm's side of its threshold; null: no such. */
  breachedSinceMs(cause: string): number | null;
}

/**
 * @throws MlbenchError `bad-policy`: AWS's name for what is wrong and its sentence; `unpredictable-metric` (exit code 2)
 */
export function createVirtualScaling(
  autoscaling: SimulatedAutoscaling,
  instances: number,
  size: InstanceSize,
  time: { startMs: number; metricDelayMs: number; provisionTimeMs: number; removalTimeMs: number },
): VirtualScaling {
  let state = register(autoscaling, instances, time);
  const tracked = neededMetrics(state).map(({ key, metric, delayMs }): Tracked => {
    const predict = predictorOf(metric, size);
    if (!predict) {
      throw userError(
        'unpredictable-metric',
        `the policy tracks ${metric.namespace} ${metric.metricName} (${metric.statistic}), which cannot be predicted from load and capacity`,
        'track SageMakerVariantInvocationsPerInstance or SageMakerVariantConcurrentRequestsPerModelHighResolution',
      );
    }
    return {
      key,
      periodMs: metric.periodMs,
      delayMs,
      predict,
      totals: emptyTotals(metric.periodMs),
      history: [],
    };
  });
  const definitions = Object.values(state.alarms).map(({ definition }) => definition);
  const keys = new Map(definitions.map((definition) => [definition.alarmName, metricKey(definition.metric)]));
  const byKey = new Map(tracked.map((metric) => [metric.key, metric]));
  let fresh: ObservedDatapoint[] = [];
  const minute = Math.ceil(time.startMs / 60_000) * 60_000;

  return {
    evaluateEveryMs: nextBoundaryMs(state, minute) - minute,
    periodsMs: [...new Set(tracked.map(({ periodMs }) => periodMs))],
    running: tracked.map(({ totals }) => totals),
    shown: shownMetric(definitions, byKey),
    endPeriods(nowMs) {
      for (const metric of tracked) {
        if (nowMs % metric.periodMs !== 0) continue;
        const { key, periodMs, delayMs, totals, history } = metric;
        if (totals.instanceMs === 0) continue;
        const periodStartMs = nowMs - periodMs;
        const value = Number(metric.predict(totals).toPrecision(12));
        history.push({ periodStartMs, value });
        fresh.push({ key, periodStartMs, value, visibleAtMs: nowMs + delayMs });
        Object.assign(totals, emptyTotals(periodMs));
      }
    },
    advance(nowMs, variant) {
      const seen = () => [{ resourceId, atMs: nowMs, capacity: observed(variant) }];
      const taken = step(state, nowMs, { datapoints: fresh, capacities: seen() });
      fresh = [];
      state = taken.state;
      if (taken.commands.length === 0) return taken;
      const outcomes = taken.commands.map(({ activityId, count }) => ({
        activityId,
        resourceId,
        atMs: nowMs,
        refusal: changeCount(variant, count, nowMs, time),
      }));
      const answered = step(state, nowMs, { outcomes, capacities: seen() });
      state = answered.state;
      return { events: [...taken.events, ...answered.events], commands: taken.commands };
    },
    breachedSinceMs(cause) {
      const definition = definitions.find(({ alarmName }) => cause.includes(alarmName));
      const metric = definition && byKey.get(keys.get(definition.alarmName) ?? '');
      return definition && metric ? breachStart(definition, metric, state.evaluatedToMs) : null;
    },
  };
}

function register(
  autoscaling: SimulatedAutoscaling,
  instances: number,
  time: { startMs: number; metricDelayMs: number },
): ScalingState {
  const { minCapacity, maxCapacity, policies } = autoscaling;
  const range = checkCapacityRange(minCapacity, maxCapacity);
  if (range) throw refused(`capacity ${minCapacity} to ${maxCapacity}`, range);
  const settings = {
    region: 'us-east-1',
    accountId: '000000000000',
    seed: 'simulate',
    metricDelayMs: time.metricDelayMs,
    maxScaleInStep: null,
    maxActivities: 100,
  };
  const registration = {
    resourceId,
    minCapacity,
    maxCapacity,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    tags: {},
  };
  const capacity = { endpointStatus: 'InService', current: instances, desired: instances };
  let { state } = registerTarget(
    createScalingState(settings, time.startMs),
    registration,
    capacity,
    time.startMs,
  );
  for (const policy of policies) {
    const checked = checkPolicy(policy, variantId);
    if ('problem' in checked) throw refused(`policy ${policy.PolicyName}`, checked);
    ({ state } = putPolicy(state, resourceId, policy.PolicyName, checked.policy, time.startMs));
  }
  return state;
}

function refused(what: string, { code, problem, remedy }: PolicyProblem): MlbenchError {
  return userError('bad-policy', `${what}: ${code}: ${problem}`, remedy);
}

function shownMetric(
  definitions: readonly AlarmDefinition[],
  byKey: ReadonlyMap<string, Tracked>,
): VirtualScaling['shown'] {
  const high = definitions.find(({ alarmName }) => alarmName.includes('-AlarmHigh-')) ?? definitions[0];
  if (!high) return null;
  const { metricName, statistic, periodMs } = high.metric;
  const history = byKey.get(metricKey(high.metric))?.history ?? [];
  return { metricName, statistic, periodMs, target: high.threshold, history };
}

function breachStart(definition: AlarmDefinition, metric: Tracked, nowMs: number): number | null {
  let since: number | null = null;
  for (let index = metric.history.length - 1; index >= 0; index--) {
    const point = metric.history[index]!;
    if (point.periodStartMs + metric.periodMs + metric.delayMs > nowMs) continue;
    if (!isBreaching(definition.comparison, point.value, definition.threshold)) break;
    since = point.periodStartMs;
  }
  return since;
}
