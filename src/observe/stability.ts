import { directionOf } from './explain/alarm-datapoints.ts';
import { scaleInHold } from './explain/scale-in-hold.ts';
import { type AlarmObservation, diffObservation, type Observation } from './observation/observation.ts';

const underWay = new Set(['Pending', 'InProgress']);

/** Metrics become visible minutes late: so long nothing may have changed before calm is believed. */
const calmMs = 180_000;

/**
 * Whether the fleet will change any more if the traffic stays as it is: in service, as many instances as wanted, no
 * activity under way, no alarm in ALARM that still would act (one may stand there for good, where one instance fewer
 * would be too few, or where scaling is suspended). At the minimum (or without autoscaling) that is enough once it has
 * held for a while; above it, an alarm's whole range must have passed without a scale-in.
 *
 * @param quietSinceMs cloud time of the last change that was seen
 */
export function isStable(observation: Observation, quietSinceMs: number): boolean {
  const { variant, limits, activities, alarms, atMs } = observation;
  if (variant === null) return true;
  if (variant.endpointStatus !== 'InService' || variant.current !== variant.desired) return false;
  if (limits === null) return true;
  if (activities.some(({ endMs, status }) => endMs === null && underWay.has(status))) return false;
  const atMinimum = variant.desired <= limits.minCapacity;
  const atMaximum = variant.desired >= limits.maxCapacity;
  const mayGrow = !atMaximum && !limits.suspended?.scaleOut;
  const mayShrink = !atMinimum && !limits.suspended?.scaleIn;
  const mayAct = (alarm: AlarmObservation) => {
    const direction = directionOf(alarm);
    if (direction === null) return true;
    if (direction === 'out') return mayGrow;
    return mayShrink && (alarm.side !== 'low' || scaleInHold(observation) === null);
  };
  const wouldAct = alarms.some((alarm) => alarm.state === 'ALARM' && mayAct(alarm));
  if (wouldAct || (mayGrow && hasUnansweredBreach(observation))) return false;
  const rangeMs = Math.max(0, ...alarms.map((alarm) => alarm.rangeMs));
  return atMs - quietSinceMs >= (atMinimum ? calmMs : rangeMs + calmMs);
}

/** The cloud time at which something that decides about stability last changed. */
export function quietSince(
  previous: Observation | undefined,
  current: Observation,
  beforeMs: number | undefined,
): number {
  if (previous === undefined || beforeMs === undefined) return current.atMs;
  const changed = diffObservation(previous, current).some(
    ({ type }) => type === 'capacity' || type === 'activity',
  );
  return changed ? current.atMs : beforeMs;
}

/** The newest datapoint is over the target value: the alarm may be about to fire. */
function hasUnansweredBreach({ alarms, metrics, atMs }: Observation): boolean {
  return alarms.some((alarm) => {
    if (alarm.side !== 'high' || alarm.threshold === null) return false;
    const { threshold, metricName } = alarm;
    const last = metrics
      .filter((metric) => metric.metricName === metricName)
      .sort((a, b) => b.periodStartMs - a.periodStartMs)[0];
    return last !== undefined && last.value > threshold && atMs - last.periodStartMs < alarm.rangeMs + calmMs;
  });
}
