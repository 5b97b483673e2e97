import type { LatencyLimit, ScaleOutDelay } from '../schemas/scaling-schema.ts';
import type { LoadSample, TimelineEvent } from '../schemas/timeline.ts';

/** How many answers of the intervals that end within (fromMs, toMs] came later than a limit. Cloud milliseconds. */
export type CountLate = (fromMs: number, toMs: number, limitUs: number) => number;

/** A stretch of a run, beyond `fromMs` and up to `toMs`. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/**
 * What failed or came late within a stretch of the timeline. An interval belongs to the stretch in which it ends.
 * @param countLate null where the run kept no histograms: then the percentiles of the timeline give bounds
 */
export function missedWithin(
  timeline: readonly TimelineEvent[],
  stretch: Stretch,
  slo: LatencyLimit | null,
  countLate: CountLate | null,
): Missed {
  const samples = timeline.filter(
    (event): event is TimelineEvent & LoadSample =>
      event.type === 'load' && event.cloudTimeMs > stretch.fromMs && event.cloudTimeMs <= stretch.toMs,
  );
  const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
  if (slo === null) return { failed, late: null };
  if (countLate === null) return { failed, late: boundsOf(samples, slo.limitUs) };
  const late = countLate(stretch.fromMs, stretch.toMs, slo.limitUs);
  return { failed, late: { atLeast: late, atMost: late } };
}

type Missed = Pick<ScaleOutDelay['missed'], 'failed' | 'late'>;

/** From the first part of a delay to its last; none where nothing is known of it. */
export function stretchOf({ parts }: Pick<ScaleOutDelay, 'parts'>): Stretch[] {
  const first = parts[0];
  const last = parts.at(-1);
  return first && last ? [{ fromMs: first.fromMs, toMs: last.toMs }] : [];
}

/**
 * The earlier delays that go on within this one: those alone can have counted what it counts. A fleet that grows 1 → 2
 * in the morning shares nothing with its growth in the evening.
 */
export function sharedWith<Delay extends Pick<ScaleOutDelay, 'parts'>>(
  delay: Delay,
  earlier: readonly Delay[],
): Delay[] {
  const [own] = stretchOf(delay);
  return own === undefined ? [] : earlier.filter((other) => coveredBy(own, stretchOf(other)).length > 0);
}

/** The parts of `stretch` that others cover, without overlaps, in order. */
export function coveredBy(stretch: Stretch, others: readonly Stretch[]): Stretch[] {
  const covered: Stretch[] = [];
  for (const other of others.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const fromMs = Math.max(stretch.fromMs, other.fromMs, covered.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY);
    const toMs = Math.min(stretch.toMs, other.toMs);
    if (fromMs < toMs) covered.push({ fromMs, toMs });
  }
  return covered;
}

export function sumOf(parts: readonly Missed[]): Missed {
  return {
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    late: parts.some(({ late }) => late === null)
      ? null
      : {
          atLeast: parts.reduce((sum, { late }) => sum + (late?.atLeast ?? 0), 0),
          atMost: parts.reduce((sum, { late }) => sum + (late?.atMost ?? 0), 0),
        },
  };
}

function boundsOf(samples: readonly LoadSample[], limitUs: number): { atLeast: number; atMost: number } {
  let atLeast = 0;
  let atMost = 0;
  for (const { failed, rateRps, intervalMs, responseUs } of samples) {
    if (responseUs === null) continue;
    const answered = Math.max(0, (rateRps * intervalMs) / 1_000 - failed);
    const share = shareOver(responseUs, limitUs);
    atLeast += Math.max(answered * share.least, Math.min(answered, responseUs.max > limitUs ? 1 : 0));
    atMost += answered * share.most;
  }
  return { atLeast: Math.round(atLeast), atMost: Math.round(Math.max(atLeast, atMost)) };
}

/** What an interval's percentiles say of the share of answers that came later than the limit. */
function shareOver(
  { p50, p95, p99, max }: NonNullable<LoadSample['responseUs']>,
  limitUs: number,
): { least: number; most: number } {
  if (p50 > limitUs) return { least: 0.5, most: 1 };
  if (p95 > limitUs) return { least: 0.05, most: 0.5 };
  if (p99 > limitUs) return { least: 0.01, most: 0.05 };
  return { least: 0, most: max > limitUs ? 0.01 : 0 };
}
