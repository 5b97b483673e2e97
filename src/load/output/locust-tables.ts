import { summariseLatency } from '../../record/latency/distribution.ts';
import type { LatencySummary } from '../../record/latency/latency-summary.ts';
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
const aggregated: RequestName = { method: '', name: 'Aggregated' };

interface Row extends RequestName {
  ended: number;
  failed: number;
  bodyBytes: number;
  response: LatencySummary;
}

export function statsFile(totals: Totals, request: RequestName, windowMs: number): string {
  const all = aggregateRow(totals);
  const rows: Row[] =
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
  return csvLine(statsHeader) + [...rows, all].map((row) => statsLine(row, windowMs)).join('');
}

/** Without the warm-up, as everything in `result.json`. */
function aggregateRow({ counts, warmup, latency, bodyBytes }: Totals): Row {
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

function statsLine({ method, name, ended, failed, bodyBytes, response }: Row, windowMs: number): string {
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

export function historyLine(interval: Interval, startAtMs: number): string {
  const { counts, intervalMs } = interval;
  const all = aggregateRow(interval.totals());
  return csvLine([
    Math.round((startAtMs + interval.elapsedMs) / 1_000),
    interval.users,
    aggregated.method,
    aggregated.name,
    perSecond(counts.succeeded + counts.failed, intervalMs),
    perSecond(counts.failed, intervalMs),
    ...percentiles(summariseLatency(interval.response)),
    all.ended,
    all.failed,
    ...mainTimes(all.response),
    contentSize(all.bodyBytes, all.ended),
  ]);
}

export function failuresFile(totals: Totals, request: RequestName): string {
  const lines = totals.errors.map((error) => {
    const { kind, status, message, count, firstAt, lastAt } = toErrorGroup(error);
    const { method = request.method, name = request.name } = error;
    const text = `${kind}${status === 0 ? '' : ` ${status}`}: ${message}`;
    return csvLine([method, name, text, count, firstAt, lastAt]);
  });
  return csvLine(failuresHeader) + lines.join('');
}

export function exceptionsFile({ exceptions }: Totals): string {
  const lines = exceptions.map(({ count, message, traceback }) =>
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
