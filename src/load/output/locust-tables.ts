import { summariseLatency } from '../../record/latency/distribution.ts';
import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import type { ErrorGroup, RunResult } from '../../record/schemas/result.ts';
import { toErrorGroup } from '../measure/error-groups.ts';
import type { Interval } from '../measure/interval.ts';
import type { Totals } from '../measure/totals.ts';
import type { RequestName } from '../request/request-name.ts';
import { csvLine } from './csv.ts';

const percentileColumns: [string, keyof LatencySummary][] = [
  ['50%', 'p50'],
  ['66%', 'p66'],
  ['75%', 'p75'],
  ['80%', 'p80'],
  ['90%', 'p90'],
  ['95%', 'p95'],
  ['98%', 'p98'],
  ['99%', 'p99'],
  ['99.9%', 'p99_9'],
  ['99.99%', 'p99_99'],
  ['100%', 'max'],
];
const percentileNames = percentileColumns.map(([name]) => name);

export const statsHeader = [
  'Type',
  'Name',
  'Request Count',
  'Failure Count',
  'Median Response Time',
  'Average Response Time',
  'Min Response Time',
  'Max Response Time',
  'Average Content Size',
  'Requests/s',
  'Failures/s',
  ...percentileNames,
];
export const historyHeader = [
  'Timestamp',
  'User Count',
  'Type',
  'Name',
  'Requests/s',
  'Failures/s',
  ...percentileNames,
  'Total Request Count',
  'Total Failure Count',
  'Total Median Response Time',
  'Total Average Response Time',
  'Total Min Response Time',
  'Total Max Response Time',
  'Total Average Content Size',
];
export const failuresHeader = ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen'];
export const exceptionsHeader = ['Count', 'Message', 'Traceback', 'Nodes'];
export const aggregated: RequestName = { method: '', name: 'Aggregated' };

/** A line of locust's statistics. */
export interface StatsRow extends RequestName {
  ended: number;
  failed: number;
  bodyBytes: number;
  response: LatencySummary;
}

export function statsFile(totals: Totals, request: RequestName, windowMs: number): string {
  const all = aggregateRow(totals);
  const rows: StatsRow[] =
    totals.named.length === 0
      ? [{ ...all, ...request }]
      : totals.named.map(({ name, method, succeeded, failed, bodyBytes, response }) => ({
          name,
          method,
          ended: succeeded + failed,
          failed,
          bodyBytes,
          response: summariseLatency(response),
        }));
  return statsText([...rows, all], windowMs);
}

export function statsText(rows: readonly StatsRow[], windowMs: number): string {
  return csvLine(statsHeader) + rows.map((row) => statsLine(row, windowMs)).join('');
}

/** Without the warm-up, as everything in `result.json`. */
function aggregateRow({ counts, warmup, latency, bodyBytes }: Totals): StatsRow {
  const all = counts.succeeded + counts.failed;
  const ended = all - warmup.succeeded - warmup.failed;
  return {
    ...aggregated,
    ended,
    failed: counts.failed - warmup.failed,
    // Sizes are counted warm-up and all: taken in proportion.
    bodyBytes: all === 0 ? 0 : (bodyBytes * ended) / all,
    response: summariseLatency(latency.response),
  };
}

function statsLine({ method, name, ended, failed, bodyBytes, response }: StatsRow, windowMs: number): string {
  return csvLine([
    method,
    name,
    ended,
    failed,
    ...mainTimes(response),
    contentSize(bodyBytes, ended),
    perSecond(ended, windowMs),
    perSecond(failed, windowMs),
    ...percentiles(response),
  ]);
}

/** What happened in one interval, and the line of all requests up to its end. */
export interface HistoryPoint {
  atMs: number;
  users: number;
  intervalMs: number;
  ended: number;
  failed: number;
  response: LatencySummary;
  all: StatsRow;
}

export function historyLine(interval: Interval, startAtMs: number): string {
  const { counts, intervalMs, users, elapsedMs } = interval;
  return historyText({
    ...{ users, intervalMs },
    atMs: startAtMs + elapsedMs,
    ended: counts.succeeded + counts.failed,
    failed: counts.failed,
    response: summariseLatency(interval.response),
    all: aggregateRow(interval.totals()),
  });
}

export function historyText({ atMs, users, intervalMs, ended, failed, response, all }: HistoryPoint): string {
  return csvLine([
    Math.round(atMs / 1_000),
    users,
    aggregated.method,
    aggregated.name,
    perSecond(ended, intervalMs),
    perSecond(failed, intervalMs),
    ...percentiles(response),
    all.ended,
    all.failed,
    ...mainTimes(all.response),
    contentSize(all.bodyBytes, all.ended),
  ]);
}

export function failuresFile(totals: Totals, request: RequestName): string {
  return failuresText(
    totals.errors.map((error) => {
      const { method = request.method, name = request.name } = error;
      return { ...toErrorGroup(error), method, name };
    }),
  );
}

export function failuresText(groups: readonly (ErrorGroup & RequestName)[]): string {
  const lines = groups.map(({ method, name, kind, status, message, count, firstAt, lastAt }) => {
    const text = `${kind}${status === 0 ? '' : ` ${status}`}: ${message}`;
    return csvLine([method, name, text, count, firstAt, lastAt]);
  });
  return csvLine(failuresHeader) + lines.join('');
}

export function exceptionsFile({ exceptions }: Pick<RunResult, 'exceptions'> | Totals): string {
  const lines = (exceptions ?? []).map(({ count, message, traceback }) =>
    csvLine([count, message, traceback, 'local']),
  );
  return csvLine(exceptionsHeader) + lines.join('');
}

function mainTimes({ p50, mean, min, max }: LatencySummary): (string | number)[] {
  return [p50, mean, min, max].map(milliseconds);
}

function percentiles(summary: LatencySummary): (string | number)[] {
  return percentileColumns.map(([, key]) => milliseconds(summary[key]));
}

/** Where nothing was measured locust writes N/A, too. */
function milliseconds(us: number | null): string | number {
  return us === null ? 'N/A' : Number((us / 1_000).toFixed(3));
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? Number(((count * 1_000) / ms).toFixed(3)) : 0;
}

function contentSize(bytes: number, count: number): number {
  return count === 0 ? 0 : Number((bytes / count).toFixed(1));
}
