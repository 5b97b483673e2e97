import type {
  ActivityObservation,
  AlarmObservation,
  CapacityLimits,
  MetricObservation,
  Observation,
} from '../observation/observation.ts';
import type { PolicyObservation } from '../observation/policy-observation.ts';

/**
 * All that looks at a variant have shown, added up. An explanation is computed from this and nothing else, so that two
 * watchers of one variant explain an activity alike, whenever each of them began to look.
 */
export interface ScalingHistory {
  alarms: readonly AlarmObservation[];
  /** Every reason that an alarm was seen to give, with the time of its transition. */
  reasons: readonly AlarmReason[];
  activities: readonly ActivityObservation[];
  metrics: readonly MetricObservation[];
  /** What was in service, at the looks that saw it change; in order of time. */
  counts: readonly { atMs: number; current: number }[];
  policies: readonly PolicyObservation[];
  limits: CapacityLimits | null;
}

export type AlarmReason = Pick<AlarmObservation, 'alarmName' | 'state' | 'reason'> & { atMs: number };

/** Of a watch that lasts for weeks, what is older explains nothing that is still to come. */
const keptMs = 6 * 3_600_000;
const mostReasons = 2_000;

export const emptyHistory: ScalingHistory = {
  alarms: [],
  reasons: [],
  activities: [],
  metrics: [],
  counts: [],
  policies: [],
  limits: null,
};

/** @param observation a look later than those before */
export function withLook(history: ScalingHistory, observation: Observation): ScalingHistory {
  const { alarms, activities, policies = history.policies, limits, variant, atMs } = observation;
  const isFirst = history === emptyHistory;
  return {
    alarms,
    reasons: reasonsWith(history.reasons, observation),
    activities,
    metrics: metricsWith(history.metrics, observation, isFirst ? Number.NEGATIVE_INFINITY : atMs - keptMs),
    counts:
      variant === null || history.counts.at(-1)?.current === variant.current
        ? history.counts
        : [...history.counts, { atMs, current: variant.current }].slice(-mostReasons),
    policies,
    limits,
  };
}

function reasonsWith(
  known: readonly AlarmReason[],
  { transitions, alarms }: Observation,
): readonly AlarmReason[] {
  const seen = [
    ...transitions.map(({ alarmName, state, reason, atMs }) => ({ alarmName, state, reason, atMs })),
    ...alarms.map(({ alarmName, state, reason, sinceMs }) => ({ alarmName, state, reason, atMs: sinceMs })),
  ];
  const fresh = seen.filter(
    (one, index) =>
      one.reason !== '' &&
      !known.some((other) => isSame(one, other)) &&
      seen.findIndex((other) => isSame(one, other)) === index,
  );
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-mostReasons);
}

function isSame(a: AlarmReason, b: AlarmReason): boolean {
  return a.alarmName === b.alarmName && a.atMs === b.atMs && a.state === b.state;
}

/** The value read last is the datapoint's: CloudWatch may show one before it is whole. */
function metricsWith(
  known: readonly MetricObservation[],
  { metrics }: Observation,
  keepFromMs: number,
): readonly MetricObservation[] {
  const byKey = new Map(known.map((metric) => [keyOf(metric), metric]));
  const fresh = metrics.filter((metric) => byKey.get(keyOf(metric))?.value !== metric.value);
  if (fresh.length === 0) return known;
  for (const metric of fresh) byKey.set(keyOf(metric), metric);
  return [...byKey.values()].filter(({ periodStartMs }) => periodStartMs >= keepFromMs);
}

function keyOf({ metricName, statistic, periodSeconds, periodStartMs }: MetricObservation): string {
  return `${metricName} ${statistic} ${periodSeconds} ${periodStartMs}`;
}
