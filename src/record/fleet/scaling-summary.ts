import type { RunResult } from '../schemas/result.ts';
import type { ScalingSummary } from '../schemas/scaling-schema.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';
import { capacitiesIn } from './capacities.ts';
import type { CountLate } from './missed.ts';
import { scaleOutDelays } from './scale-out-delay.ts';

/**
 * How the fleet moved during a run; undefined where nobody watched.
 * @param expectedUs the p99 that the run was held to, or null
 * @param countLate null where the run kept no histograms
 */
export function summariseScaling(
  timeline: readonly TimelineEvent[],
  { capacityEmulated, timeScale }: { capacityEmulated: boolean; timeScale: number },
  expectedUs: number | null,
  countLate: CountLate | null = null,
): ScalingSummary | undefined {
  const movement = movementIn(timeline);
  if (movement === undefined) return undefined;
  const inOrder = timeline.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  const delays = scaleOutDelays(inOrder, expectedUs, countLate);
  return { capacityEmulated, timeScale, ...movement, scaleOutDelays: delays };
}

/** What the result says of it; null where nobody watched. */
export function scalingOf({ scaling }: Pick<RunResult, 'scaling'>): ScalingSummary | null {
  return 'instances' in scaling ? (scaling as ScalingSummary) : null;
}

/** Counts alone. */
export function movementIn(
  timeline: readonly TimelineEvent[],
): Pick<ScalingSummary, 'instances' | 'scaleOuts' | 'scaleIns'> | undefined {
  const capacities = capacitiesIn(timeline);
  const [first] = capacities;
  const last = capacities.at(-1);
  if (!first || !last) return undefined;
  const steps = capacities.slice(1).map((event, index) => event.desired - capacities[index]!.desired);
  return {
    instances: {
      atStart: first.current,
      max: capacities.reduce((most, { current }) => Math.max(most, current), 0),
      atEnd: last.current,
    },
    scaleOuts: steps.filter((step) => step > 0).length,
    scaleIns: steps.filter((step) => step < 0).length,
  };
}
