import { formatDurationMs, formatUsd } from '../core/units.ts';
import { type InstancePrice, priceSource } from '../resources/live-price.ts';
import { instanceHours, pricesAsOf } from '../resources/prices.ts';
import type { RunResult, ScalingSummary } from './result.ts';
import { scaleOutDelays } from './scale-out-delay.ts';
import type { TimelineEvent } from './timeline.ts';

type CapacityEvent = TimelineEvent & { type: 'capacity' };

/**
 * How the fleet moved during a run; undefined where nobody watched.
 * @param promisedUs the p99 that the run was held to, or null
 */
export function summariseScaling(
  timeline: readonly TimelineEvent[],
  cloud: { capacityEmulated: boolean; timeScale: number },
  promisedUs: number | null,
): ScalingSummary | undefined {
  const capacities = capacitiesIn(timeline);
  const [first] = capacities;
  const last = capacities.at(-1);
  if (!first || !last) return undefined;
  const steps = capacities.slice(1).map((event, index) => event.desired - capacities[index]!.desired);
  return {
    ...cloud,
    instances: {
      atStart: first.current,
      max: Math.max(...capacities.map(({ current }) => current)),
      atEnd: last.current,
    },
    scaleOuts: steps.filter((step) => step > 0).length,
    scaleIns: steps.filter((step) => step < 0).length,
    scaleOutDelays: scaleOutDelays(
      timeline.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs),
      promisedUs,
    ),
  };
}

/**
 * What AWS charges, or would charge, for the instances in service between the run's start and its end.
 * Time is cloud time: on the stand-in at 20 times the speed, a minute at the wall costs 20 of an instance's.
 */
export function costOf(
  timeline: readonly TimelineEvent[],
  endCloudMs: number,
  { instanceType, hourlyUsd, ...source }: InstancePrice,
  cloud: { target: 'local' | 'aws'; timeScale: number },
): RunResult['costUsd'] {
  const counts = capacitiesIn(timeline).map((event) => ({ atMs: event.cloudTimeMs, count: event.current }));
  if (counts.length === 0) return {};
  const hours = instanceHours(counts, endCloudMs);
  const charged =
    cloud.target === 'local' ? 'Nothing was charged: the stand-in is free. AWS would charge this' : 'This';
  const scaled = cloud.timeScale === 1 ? '' : ` at ${cloud.timeScale} times the wall's speed`;
  const span = `for ${formatDurationMs(endCloudMs)} of cloud time${scaled}`;
  if (hourlyUsd === null) {
    return {
      instanceHours: round(hours),
      note: `No price of ${instanceType} is in the table of ${pricesAsOf}.`,
    };
  }
  return {
    instanceHours: round(hours),
    total: round(hours * hourlyUsd),
    note: `${charged} for the instances alone, ${span}, at ${formatUsd(hourlyUsd)} an hour of ${instanceType} (${priceSource(source)}).`,
  };
}

function capacitiesIn(timeline: readonly TimelineEvent[]): CapacityEvent[] {
  return timeline
    .filter((event): event is CapacityEvent => event.type === 'capacity')
    .sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
