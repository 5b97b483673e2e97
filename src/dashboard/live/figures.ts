import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { Figures, StatisticsRow } from './live-shape.ts';

/** Names, errors and exceptions that a page lists at most; whatever is beyond is counted in one line. */
const mostRows = 100;
const mostErrors = 50;
const mostExceptions = 20;

/** What ended of each name up to an instant, for the rates since. */
export interface Counted {
  atMs: number;
  byName: Map<string, { ended: number; failed: number }>;
}

/** @param before an earlier result's counts; null: rates are of the whole run */
export function figuresOf(
  result: RunResult,
  elapsedMs: number,
  before: Counted | null,
): { figures: Figures; counted: Counted } {
  const counted: Counted = { atMs: elapsedMs, byName: new Map() };
  const rated = (row: Omit<StatisticsRow, 'rateRps' | 'failedRps'>): StatisticsRow => {
    const { ended, failed } = row;
    counted.byName.set(row.name, { ended, failed });
    const earlier = before?.byName.get(row.name) ?? { ended: 0, failed: 0 };
    const seconds = Math.max(0.001, (elapsedMs - (before?.atMs ?? 0)) / 1_000);
    const perSecond = (now: number, then: number) =>
      Math.max(0, Math.round(((now - then) / seconds) * 10) / 10);
    return { ...row, rateRps: perSecond(ended, earlier.ended), failedRps: perSecond(failed, earlier.failed) };
  };
  const { requests, rateRps, errors, validity } = result;
  const figures: Figures = {
    requests,
    rateRps: { intended: rateRps.intended, achieved: rateRps.achieved },
    rows: namedRows(result).map(rated),
    total: rated(totalRow(result)),
    errors: errors.slice(0, mostErrors),
    moreErrors: errors.slice(mostErrors).reduce((sum, { count }) => sum + count, 0),
    exceptions: (result.exceptions ?? []).slice(0, mostExceptions),
    verdict: validity.verdict,
    // The page has the words of every check that this version knows.
    checks: validity.checks.map(({ meaning: _, ...check }) => check),
    service: result.expectations?.verdict ?? 'NONE',
    expectations: result.thresholds,
  };
  return { figures, counted };
}

type Unrated = Omit<StatisticsRow, 'rateRps' | 'failedRps'>;

const totalName = 'Aggregated';

function totalRow({ requests, warmup, latencyUs, meanBodyBytes }: RunResult): Unrated {
  const failed = requests.failed - (warmup?.failed ?? 0);
  return {
    method: '',
    name: totalName,
    ended: requests.succeeded - (warmup?.succeeded ?? 0) + failed,
    failed,
    ...timesOf(latencyUs.response),
    meanBodyBytes: meanBodyBytes ?? null,
  };
}

function namedRows({ requestsByName = {} }: RunResult): Unrated[] {
  const all = Object.entries(requestsByName).map(([name, requests]) => ({
    method: requests.method,
    name,
    ended: requests.succeeded + requests.failed,
    failed: requests.failed,
    ...timesOf(requests.responseUs),
    meanBodyBytes: requests.meanBodyBytes,
  }));
  if (all.length <= mostRows) return all;
  const byCount = all.toSorted((a, b) => b.ended - a.ended);
  return [...byCount.slice(0, mostRows - 1), otherRow(byCount.slice(mostRows - 1))];
}

/** Percentiles of several names together cannot be told from their percentiles. */
function otherRow(rows: readonly Unrated[]): Unrated {
  const sum = (of: (row: Unrated) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    method: '',
    name: `${rows.length} other names`,
    ended: sum(({ ended }) => ended),
    failed: sum(({ failed }) => failed),
    ...{ p50: null, p95: null, p99: null, mean: null, min: null, max: null },
    meanBodyBytes: null,
  };
}

function timesOf({ p50, p95, p99, mean, min, max }: LatencySummary) {
  return { p50, p95, p99, mean, min, max };
}
