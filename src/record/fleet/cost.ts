import { formatDurationMs, formatUsd } from '../../core/units.ts';
import type { RunCost } from '../schemas/scaling-schema.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';
import { capacitiesIn } from './capacities.ts';

/** What an hour of one instance costs, and who says so. */
export interface HourlyPrice {
  instanceType: string;
  /** Null: nobody knows. */
  hourlyUsd: number | null;
  /** In words: `eu-central-1, AWS Pricing API`. */
  source: string;
  /** The month of the table that was looked into; null: AWS was asked. */
  asOf: string | null;
}

/**
 * What AWS charges, or would charge, for the instances in service between the run's start and its end.
 * Time is cloud time: on the stand-in at 20 times the speed, a minute at the wall costs 20 of an instance's.
 */
export function costOf(
  timeline: readonly TimelineEvent[],
  endCloudMs: number,
  { instanceType, hourlyUsd, source, asOf }: HourlyPrice,
  cloud: { charged: boolean; timeScale: number },
): RunCost {
  const counts = capacitiesIn(timeline).map((event) => ({ atMs: event.cloudTimeMs, count: event.current }));
  if (counts.length === 0) return {};
  const hours = instanceHours(counts, endCloudMs);
  const { charged } = cloud;
  if (hourlyUsd === null) {
    const where = asOf === null ? 'known to AWS' : `in the table of ${asOf}`;
    return { instanceHours: rounded(hours), charged, note: `No price of ${instanceType} is ${where}.` };
  }
  const subject = charged ? 'This' : 'Nothing was charged: the stand-in is free. AWS would charge this';
  const scaled = cloud.timeScale === 1 ? '' : ` at ${cloud.timeScale} times the wall's speed`;
  const span = `for ${formatDurationMs(endCloudMs)} of cloud time${scaled}`;
  return {
    instanceHours: rounded(hours),
    total: rounded(hours * hourlyUsd),
    charged,
    note: `${subject} for the instances alone, ${span}, at ${formatUsd(hourlyUsd)} an hour of ${instanceType} (${source}).`,
  };
}

/** Instance-hours between the first fact and `endMs`: the area under a staircase of counts. */
export function instanceHours(facts: readonly { atMs: number; count: number }[], endMs: number): number {
  let instanceMs = 0;
  for (const [index, fact] of facts.entries()) {
    const untilMs = facts[index + 1]?.atMs ?? endMs;
    instanceMs += fact.count * Math.max(0, untilMs - fact.atMs);
  }
  return instanceMs / 3_600_000;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
