import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import type { NamedRequests, RunResult } from '../../record/schemas/result.ts';
import type { Figures, StatisticsRow } from './live-shape.ts';

/** Names, errors and exceptions that a page lists at most; whatever is beyond is counted in one line. */
const mostRows = 100;
const mostErrors = 50;
const mostExceptions = 20;

type NameCounts = Pick<NamedRequests, 'succeeded' | 'failed'> & { name: string };

/** What ended of each name up to an instant, for the rates since. */
export interface Counted {
  atMs: number;
  byName: Map<string, { ended: number; failed: number }>;
}

/**
 * @param before an earlier result's counts; null: rates are of the whole run
 * @param others names that the result leaves out
 */
export function figuresOf(
  result: RunResult,
  elapsedMs: number,
  before: Counted | null,
  others: readonly NameCounts[] = [],
): { figures: Figures; counted: Counted } {
  const counted: Counted = { atMs: elapsedMs, byName: new Map() };
  const seconds = Math.max(0.001, (elapsedMs - (before?.atMs ?? 0)) / 1_000);
  const perSecond = (grown: number) => Math.max(0, Math.round((grown / seconds) * 10) / 10);
  /** @param names whose counts are in the row */
  const rated = (row: Unrated, names: readonly NameCounts[]): StatisticsRow => {
    let [ended, failed] = [row.ended, row.failed];
    for (const { name, succeeded, failed: failures } of names) {
      counted.byName.set(name, { ended: succeeded + failures, failed: failures });
      const earlier = before?.byName.get(name);
      ended -= earlier?.ended ?? 0;
      failed -= earlier?.failed ?? 0;
    }
    return { ...row, rateRps: perSecond(ended), failedRps: perSecond(failed) };
  };
  const { requests, rateRps, errors, validity } = result;
  const total = totalRow(result);
  const figures: Figures = {
    requests,
    rateRps: { intended: rateRps.intended, achieved: rateRps.achieved },
    rows: namedRows(result, others).map(({ row, names }) => rated(row, names)),
    total: rated(total, [{ name: totalName, succeeded: total.ended - total.failed, failed: total.failed }]),
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

/** Names in order of how much ended of them, as many as are listed; the others keep their order. */
export function commonest<Name extends NameCounts>(all: readonly Name[]): [shown: Name[], others: Name[]] {
  if (all.length <= mostRows) return [[...all], []];
  const byCount = all.toSorted((a, b) => b.succeeded + b.failed - (a.succeeded + a.failed));
  return [byCount.slice(0, mostRows - 1), byCount.slice(mostRows - 1)];
}

function namedRows(
  { requestsByName = {} }: RunResult,
  leftOut: readonly NameCounts[],
): { row: Unrated; names: NameCounts[] }[] {
  const all = Object.entries(requestsByName).map(([name, requests]) => ({ name, ...requests }));
  const [shown, rest] = commonest(all);
  const others = [...rest, ...leftOut];
  const rows = shown.map((one) => ({ row: namedRow(one), names: [one] as NameCounts[] }));
  return others.length === 0 ? rows : [...rows, { row: otherRow(others), names: others }];
}

function namedRow({
  name,
  method,
  succeeded,
  failed,
  responseUs,
  meanBodyBytes,
}: NamedRequests & NameCounts): Unrated {
  return { method, name, ended: succeeded + failed, failed, ...timesOf(responseUs), meanBodyBytes };
}

/** Percentiles of several names together cannot be told from their percentiles. */
function otherRow(names: readonly NameCounts[]): Unrated {
  const failed = names.reduce((sum, one) => sum + one.failed, 0);
  return {
    method: '',
    name: `${names.length} other names`,
    ended: names.reduce((sum, { succeeded }) => sum + succeeded, failed),
    failed,
    ...{ p50: null, p95: null, p99: null, mean: null, min: null, max: null },
    meanBodyBytes: null,
  };
}

function timesOf({ p50, p95, p99, mean, min, max }: LatencySummary) {
  return { p50, p95, p99, mean, min, max };
}
