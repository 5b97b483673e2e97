import { describe, expect, it } from 'vitest';
import type { LatencySummary } from '../../src/record/latency/latency-summary.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { sampleRun } from './sample-run.ts';
import { tableOf } from './table-of.ts';

const { result, timeline } = sampleRun();

const keys = [
  ...['min', 'mean', 'p50', 'p66', 'p75', 'p80', 'p90', 'p95', 'p98', 'p99', 'p99_9', 'p99_99', 'max'],
] as Exclude<keyof LatencySummary, 'count'>[];
/** No two figures of all kinds are the same: the first kind has 101 to 113 ms, the second 201 to 213 ms. */
const latencyOf = (hundred: number): LatencySummary => ({
  count: 9_243,
  ...(Object.fromEntries(keys.map((key, index) => [key, (hundred * 100 + index + 1) * 1_000])) as Record<
    (typeof keys)[number],
    number
  >),
});
const cellsOf = (hundred: number) =>
  Object.fromEntries(keys.map((key, index) => [key.replace('_', '.'), `${hundred * 100 + index + 1} ms`]));

/** A run in whose tables no figure stands twice, so that none can stand in another's place. */
const distinct: typeof result = {
  ...result,
  requests: { intended: 9_262, sent: 9_258, succeeded: 9_243, failed: 8, dropped: 4, inFlightAtEnd: 7 },
  statuses: { 200: 9_240, 424: 5 },
  redirects: { ...result.redirects, followed: 3 } as NonNullable<typeof result.redirects>,
  rateRps: {
    intended: 155,
    sent: 154,
    achieved: 153,
    windows: {
      offered: { fromSeconds: 0, toSeconds: 60 },
      sent: { fromSeconds: 0, toSeconds: 59 },
      answered: { fromSeconds: 0, toSeconds: 58 },
    },
  },
  bytes: { sent: 2_048, received: 4_096, sentPerSecond: 34, receivedPerSecond: 68 },
  latencyUs: {
    response: latencyOf(1),
    service: latencyOf(2),
    firstByte: latencyOf(3),
    poolWait: latencyOf(4),
    sendLag: latencyOf(5),
  },
};

describe('in the tables of a report every figure stands in its row and its column', () => {
  const page = renderReport(distinct, timeline);

  it('of latency', () => {
    expect(tableOf(page, 'Latency')).toEqual({
      Response: cellsOf(1),
      Service: cellsOf(2),
      'First byte': cellsOf(3),
      'Pool wait': cellsOf(4),
      'Send lag': cellsOf(5),
    });
  });

  it('of counts', () => {
    expect(tableOf(page, 'Counts')).toEqual({
      Intended: { '': '9,262' },
      Sent: { '': '9,258' },
      Succeeded: { '': '9,243' },
      Failed: { '': '8' },
      'Dropped before sending': { '': '4' },
      'In flight at the end': { '': '7' },
      Offered: { '': '155/s over 1 min' },
      'Sent a second': { '': '154/s over 59 s' },
      Answered: { '': '153/s over 58 s' },
      'Answers of status 200': { '': '9,240' },
      'Answers of status 424': { '': '5' },
      'Redirects followed': { '': '3' },
      'Bytes sent': { '': '2 KiB, 34 B/s' },
      'Bytes received': { '': '4 KiB, 68 B/s' },
      'Generator CPU a request': { '': '41 µs' },
      'Generator loop lag p99': { '': '61 ms' },
    });
  });

  it('of errors', () => {
    const refused = { ...result.errors[0]!, kind: 'connection' as const, status: 0, count: 21 };
    const two = renderReport({ ...result, errors: [...result.errors, refused] }, timeline);
    const rest = {
      Message: 'The model answered with status 503: queue full',
      First: '09:30:14',
      Last: '09:30:19',
    };
    expect(Object.entries(tableOf(two, 'Errors'))).toEqual([
      ['connection', { ...rest, Status: '–', Count: '21' }],
      ['model', { ...rest, Status: '424', Count: '8' }],
    ]);
  });

  it('of expectations', () => {
    expect(tableOf(page, 'Expectations')).toEqual({
      'p99<200ms': { Observed: '2.05 s', Result: 'missed' },
      'errors<5%': { Observed: '0.09 %', Result: 'met' },
    });
  });

  it('of checks', () => {
    const { checks } = result.validity;
    const lost = { name: 'localFailures', severity: 'error' as const, observed: 12, limit: 0, passed: false };
    const invalid = { verdict: 'INVALID' as const, checks: [...checks, lost] };
    expect(tableOf(page, 'Validity: VALID')).toMatchObject({
      sendLag: { Observed: '6.2 ms', Limit: '205 ms', Result: 'passed' },
      generatorBusy: { Observed: '31 %', Limit: '95 %', Result: 'passed' },
      loopLag: { Observed: '61 ms', Limit: '50 ms', Result: 'warning' },
    });
    const table = tableOf(renderReport({ ...result, validity: invalid }, timeline), 'Validity: INVALID');
    expect(table['localFailures']).toEqual({ Observed: '12', Limit: '0', Result: 'failed' });
  });
});
