/** Application Auto Scaling on the virtual clock: the scaling engine's own steps, fed with predicted datapoints. */
import { readTrigger } from '../../catalog/activity-meaning.ts';
import { alarmSideOf } from '../../catalog/own-alarms.ts';
import { userError } from '../../core/errors.ts';
import type { AlarmDefinition } from '../alarms/alarm.ts';
import { isBreaching } from '../alarms/alarm.ts';
import type { Datapoint, ObservedDatapoint } from '../alarms/metric.ts';
import { metricKey } from '../alarms/metric.ts';
import { nextScheduledMs } from '../engine/scheduled-actions.ts';
import type { ScalingCommand, ScalingEvent } from '../engine/state.ts';
import { type NeededMetric, neededMetrics, nextBoundaryMs, step } from '../engine/step.ts';
import {
  emptyTotals,
  type InstanceSize,
  type PeriodTotals,
  predictable,
  predictorOf,
} from './predicted-metrics.ts';
import { registerSimulated, simulatedResourceId as resourceId } from './register-simulated.ts';
import type { SimulatedAutoscaling } from './spec.ts';
import { changeCount, observed, type VirtualVariant } from './virtual-variant.ts';

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
  /** When the scaling looks again for a scheduled action's sake; infinite without one. */
  nextScheduledMs(): number;
  /** Start of the first of the periods in a row that were on the alarm's side of its threshold; null: no such. */
  breachedSinceMs(cause: string): number | null;
}

/**
 * @throws MlbenchError `bad-policy`: AWS's name for what is wrong and its sentence; `unpredictable-metric` (exit code
 * 2)
 */
export function createVirtualScaling(
  autoscaling: SimulatedAutoscaling,
  instances: number,
  size: InstanceSize,
  time: { startMs: number; metricDelayMs: number; provisionTimeMs: number; removalTimeMs: number },
): VirtualScaling {
  let state = registerSimulated(autoscaling, instances, time);
  const tracked = neededMetrics(state).map((needed) => track(needed, size));
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
    nextScheduledMs: () => Math.ceil(nextScheduledMs(state.targets) / observeEveryMs) * observeEveryMs,
    breachedSinceMs(cause) {
      const trigger = readTrigger(cause);
      if (trigger?.by !== 'alarm') return null;
      const definition = definitions.find(({ alarmName }) => alarmName === trigger.alarmName);
      const metric = definition && byKey.get(keys.get(definition.alarmName) ?? '');
      return definition && metric ? breachStart(definition, metric, state.evaluatedToMs) : null;
    },
  };
}

function track({ key, metric, delayMs }: NeededMetric, size: InstanceSize): Tracked {
  const { periodMs } = metric;
  const predict = predictorOf(metric, size);
  if (predict) return { key, periodMs, delayMs, predict, totals: emptyTotals(periodMs), history: [] };
  throw userError(
    'unpredictable-metric',
    `a policy follows ${metric.namespace} ${metric.metricName} (${metric.statistic}), which cannot be predicted from load and capacity`,
    `follow one of ${predictable.join(', ')}`,
  );
}

function shownMetric(
  definitions: readonly AlarmDefinition[],
  byKey: ReadonlyMap<string, Tracked>,
): VirtualScaling['shown'] {
  const high =
    definitions.find(({ alarmName }) => alarmSideOf(alarmName) === 'high') ??
    definitions.find(({ comparison }) => comparison.startsWith('Greater')) ??
    definitions[0];
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
