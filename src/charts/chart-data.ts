import { printable } from '../core/printable.ts';
import { askedAtMs } from '../record/fleet/scale-out-delay.ts';
import { scalingOf } from '../record/fleet/scaling-summary.ts';
import type { JudgedExpectation } from '../record/schemas/expectation-schema.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { LoadSample, TimelineEvent } from '../record/schemas/timeline.ts';
import type { ChartData, LoadSeries, MetricSeries } from './chart-shape.ts';
import { marksOf } from './marks.ts';
import { thinRows } from './thin.ts';

/** Enough for every pixel of a wide screen, whatever the run's length. */
const maxPoints = 3_000;
const maxMetrics = 3;

/** What of a result the charts need; a simulation has as much. */
export type ChartedResult = Pick<RunResult, 'durationSeconds' | 'scaling' | 'thresholds'> & {
  /** A user's own rate, where users pace themselves; null: it depends on the answers, or there are none. */
  rateOfUserRps: number | null;
  /** Of a run that goes on, whose result says nothing of the fleet yet. */
  timeScale?: number;
};

/** @param timeline in order of time */
export function chartDataOf(result: ChartedResult, timeline: readonly TimelineEvent[]): ChartData {
  const fromS = Math.min(0, seconds(timeline[0]?.cloudTimeMs ?? 0));
  const timeScale = result.timeScale ?? timeScaleOf(result, timeline);
  const toS = Math.max(
    seconds(timeline.at(-1)?.cloudTimeMs ?? 0),
    result.durationSeconds * timeScale,
    fromS + 1,
  );
  return {
    timeScale,
    fromS,
    toS,
    load: loadSeries(timeline, timeScale, result.rateOfUserRps),
    metrics: metricSeries(timeline),
    // What was not seen is not drawn.
    capacity: capacitySeries(timeline, Math.min(toS, lastSeenS(result) ?? toS)),
    marks: marksOf(timeline),
    alarmSpans: alarmSpans(timeline, toS),
    limits: limitsOf(result),
  };
}

function lastSeenS(result: Pick<RunResult, 'scaling'>): number | null {
  const lastSeen = scalingOf(result)?.lastSeen;
  return lastSeen === undefined ? null : seconds(lastSeen.cloudTimeMs);
}

/** Of the result; without one, as the timeline's own two clocks say. */
function timeScaleOf(result: Pick<RunResult, 'scaling'>, timeline: readonly TimelineEvent[]): number {
  const scaling = scalingOf(result);
  if (scaling !== null) return scaling.timeScale;
  const last = timeline.findLast((event) => event.type === 'load');
  if (last?.type !== 'load' || last.elapsedMs < 1_000) return 1;
  return Math.max(1, Math.round(last.cloudTimeMs / last.elapsedMs));
}

function loadSeries(
  timeline: readonly TimelineEvent[],
  timeScale: number,
  rateOfUserRps: number | null,
): LoadSeries {
  const samples = timeline.filter((event) => event.type === 'load');
  const offered = offeredRates(samples, rateOfUserRps);
  const sent = samples.map((_, index) => sentRate(samples, index));
  const p99 = samples.map((sample) => sample.responseUs?.p99 ?? null);
  const rate = samples.map((sample) => sample.rateRps);
  const failed = samples.map((sample) => sample.failed);
  const users = samples.map((sample) => sample.users);
  const kept = thinRows(samples.length, [p99, rate, offered, sent, failed, users], maxPoints);
  const rows = kept.map((row) => samples[row]!);
  const latencyMs = (of: 'p50' | 'p95' | 'p99' | 'max') =>
    rows.map((row) => (row.responseUs ? rounded(row.responseUs[of] / 1_000) : null));
  return {
    // A sample speaks of the interval before it; its middle is where a line should pass.
    t: rows.map((row) => seconds(row.cloudTimeMs - (row.intervalMs * timeScale) / 2)),
    users: rows.map((row) => row.users),
    rate: rows.map((row) => rounded(row.rateRps)),
    offeredRate: kept.map((row) => {
      const rate = offered[row] ?? null;
      return rate === null ? null : rounded(rate);
    }),
    offeredIs: isWanted(samples, rateOfUserRps) ? 'wanted' : 'sent',
    sentRate: kept.map((row) => rounded(sent[row] ?? 0)),
    failedRate: rows.map((row) => rounded((row.failed * 1_000) / Math.max(1, row.intervalMs))),
    p50: latencyMs('p50'),
    p95: latencyMs('p95'),
    p99: latencyMs('p99'),
    max: latencyMs('max'),
  };
}

function isWanted(samples: readonly LoadSample[], rateOfUserRps: number | null): boolean {
  return rateOfUserRps !== null || samples.some(({ intendedRateRps }) => intendedRateRps !== null);
}

/** In requests a second, so that it stands beside what was answered on one axis. */
function offeredRates(samples: readonly LoadSample[], rateOfUserRps: number | null): (number | null)[] {
  const wanted = isWanted(samples, rateOfUserRps);
  return samples.map(({ intendedRateRps, users }, index) => {
    if (wanted) return intendedRateRps ?? (rateOfUserRps === null ? null : users * rateOfUserRps);
    return sentRate(samples, index);
  });
}

/** What is sent ends in the interval, or is in flight at its end. */
function sentRate(samples: readonly LoadSample[], index: number): number {
  const { rateRps, inFlight, intervalMs } = samples[index]!;
  const begun = inFlight - (samples[index - 1]?.inFlight ?? 0);
  return Math.max(0, rateRps + (begun * 1_000) / Math.max(1, intervalMs));
}

function metricSeries(timeline: readonly TimelineEvent[]): MetricSeries[] {
  const groups = Map.groupBy(
    timeline.filter((event) => event.type === 'metric'),
    // A policy's two alarms may look at one metric in periods of different lengths.
    (event) => `${event.metricName} ${event.statistic} ${event.periodSeconds}`,
  );
  const all = [...groups.values()];
  const targeted = all.filter((events) => events.some((event) => event.target !== null));
  // What no policy looks at explains nothing here; without a policy, the first says at least what the cloud saw.
  return (targeted.length > 0 ? targeted : all.slice(0, 1)).slice(0, maxMetrics).map((events) => {
    const values = events.map((event) => event.value);
    const rows = thinRows(events.length, [values], maxPoints).map((row) => events[row]!);
    const { metricName, statistic, periodSeconds } = events[0]!;
    return {
      name: printable(metricName),
      statistic,
      periodSeconds,
      t: rows.map((row) => seconds(row.cloudTimeMs)),
      value: rows.map((row) => rounded(row.value)),
      target: rows.map((row) => row.target),
    };
  });
}

function capacitySeries(timeline: readonly TimelineEvent[], toS: number): ChartData['capacity'] {
  const events = timeline.filter((event) => event.type === 'capacity');
  // Steps: what says the same as its neighbour before adds nothing.
  const changes = events.filter((event, index) => {
    const before = events[index - 1];
    return before?.current !== event.current || before.desired !== event.desired;
  });
  const current = changes.map((event) => event.current);
  const desired = changes.map((event) => event.desired);
  const rows = thinRows(changes.length, [current, desired], maxPoints).map((row) => {
    const change = changes[row]!;
    // The decision's own second, where an activity tells it; what is in service was only ever seen.
    const isDecision = row > 0 && changes[row - 1]?.current === change.current;
    return isDecision ? { ...change, cloudTimeMs: askedAtMs(timeline, change) } : change;
  });
  const last = rows.at(-1);
  if (last && seconds(last.cloudTimeMs) < toS) rows.push({ ...last, cloudTimeMs: toS * 1_000 });
  return {
    t: rows.map((row) => seconds(row.cloudTimeMs)),
    current: rows.map((row) => row.current),
    desired: rows.map((row) => row.desired),
  };
}

function alarmSpans(timeline: readonly TimelineEvent[], toS: number): ChartData['alarmSpans'] {
  const spans: ChartData['alarmSpans'] = [];
  const since = new Map<'high' | 'low', number>();
  for (const event of timeline) {
    if (event.type !== 'alarm' || event.side === 'other') continue;
    const fromS = since.get(event.side);
    if (event.state === 'ALARM') {
      if (fromS === undefined) since.set(event.side, seconds(event.cloudTimeMs));
    } else if (fromS !== undefined) {
      spans.push({ fromS, toS: seconds(event.cloudTimeMs), side: event.side });
      since.delete(event.side);
    }
  }
  for (const [side, fromS] of since) spans.push({ fromS, toS, side });
  return spans.slice(-maxPoints);
}

/** `p99<200ms` of response time: of percentiles that are drawn. */
function limitsOf({ thresholds }: { thresholds: readonly JudgedExpectation[] }): ChartData['limits'] {
  return thresholds.flatMap((expected) => {
    if (expected.quantity !== 'percentile' || expected.latency !== 'response') return [];
    const percentile = `p${expected.percentile}`;
    if (percentile !== 'p50' && percentile !== 'p95' && percentile !== 'p99') return [];
    return [{ percentile, limitMs: expected.value / 1_000 }];
  });
}

function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}

/** Four significant digits are more than a line on a screen can show, and keep the file small. */
function rounded(value: number): number {
  const size = Math.abs(value);
  if (size >= 1 && size < 10_000) {
    const scale = size < 10 ? 1_000 : size < 100 ? 100 : size < 1_000 ? 10 : 1;
    const scaled = value * scale;
    const whole = Math.round(scaled);
    // Near a half only the slower way, by text, tells which side is the nearer one.
    if (Math.abs(scaled - whole) < 0.499) return whole / scale;
  }
  return value === 0 ? 0 : Number(value.toPrecision(4));
}
