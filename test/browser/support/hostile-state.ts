import type { LiveState, StatisticsRow } from '../../../src/dashboard/live/live-shape.ts';
import type { TimelineEvent } from '../../../src/record/schemas/timeline.ts';

/** What an evil name carries: markup, a terminal's escape, a turn of direction, no width, half a character, and length. */
const evil =
  '<img src=x onerror="document.title=\'owned\'">\u001b[2J\u202egnp.exe\u2066\u200b\ufeff\ud800&amp;{{7*7}}';

/** Found again on the page by its name. */
export function hostile(field: string, length = 0): string {
  return `«${field}»${evil}${'w'.repeat(length)}`;
}

function row(name: string): StatisticsRow {
  return {
    ...{ method: hostile('method'), name, ended: 10, failed: 1, p50: 1_000, p95: 2_000, p99: 3_000 },
    ...{ mean: 1_500, min: 500, max: 4_000, meanBodyBytes: 100, rateRps: 5, failedRps: 0.5 },
  };
}

const when = (second: number) => ({
  at: new Date(second * 1_000).toISOString(),
  cloudTimeMs: second * 1_000,
});

const timeline: TimelineEvent[] = [
  { ...when(0), type: 'capacity', current: 1, desired: 1, endpointStatus: hostile('status of an endpoint') },
  ...[1, 2, 3].map((second) => ({
    ...when(second),
    ...{ type: 'load' as const, elapsedMs: second * 1_000, intervalMs: 1_000, users: 5, rateRps: 50 },
    ...{ intendedRateRps: 50, failed: 1, inFlight: 2 },
    responseUs: { p50: 1_000, p95: 2_000, p99: 3_000, max: 4_000 },
  })),
  {
    ...when(1),
    ...{ type: 'metric', metricName: hostile('metric'), statistic: 'Sum', periodSeconds: 60 },
    ...{ value: 10, target: 5 },
  },
  {
    ...when(2),
    ...{ type: 'alarm', alarmName: hostile('alarm'), side: 'other', state: 'ALARM', previousState: 'OK' },
    reason: hostile('reason of an alarm'),
  },
  {
    ...when(2),
    ...{ type: 'activity', activityId: '1', status: hostile('outcome', 0) },
    ...{
      description: hostile('activity', 0),
      cause: hostile('cause'),
      statusMessage: hostile('message of an activity'),
    },
  },
  { ...when(3), type: 'phase', phase: 'load-changed', message: hostile('change', 0) },
];

/** A run in which everything that others may have written was written by an enemy. */
export const hostileState: LiveState = {
  facts: {
    ...{ runId: 'run-1', experiment: hostile('experiment'), destination: hostile('destination', 2_000) },
    ...{ folder: '/runs/1', request: { method: 'POST', name: hostile('request') } },
    ...{ description: hostile('description'), durationMs: 10_000, warmupMs: 0, seed: 1, workers: 1 },
    ...{ timeScale: 1, rateOfUserRps: null, unit: null },
    fleet: { state: 'unseen', words: hostile('fleet'), waitsFor: [hostile('wait')] },
  },
  timeline,
  heat: { columnMs: 1_000, columns: [{ fromMs: 500, cells: [8, 10] }] },
  now: {
    ...{ phase: 'running', why: hostile('why'), change: hostile('change by hand'), elapsedMs: 3_000 },
    ...{ users: 5, inFlight: 2, countedFromMs: 0, outcome: null },
    workers: [
      { worker: 0, users: 5, inFlight: 2, sent: 50, cpuShare: 0.1, busyShare: 0.1, sendLagUsP99: 100 },
    ],
    figures: {
      requests: { sent: 30, succeeded: 27, failed: 3, throttled: 0 } as never,
      rateRps: { intended: 50, achieved: 50 },
      rows: [row(hostile('name', 5_000)), row(hostile('second name'))],
      total: { ...row('Aggregated'), method: '' },
      errors: [
        {
          ...{ kind: 'http', status: 500, message: hostile('message of a failure', 9_000) },
          ...{ name: hostile('name of a failure'), count: 3 },
          ...{ firstAt: new Date(0).toISOString(), lastAt: new Date(0).toISOString() },
        },
      ],
      moreErrors: 2,
      exceptions: [
        {
          message: hostile('exception'),
          traceback: `${hostile('traceback')}\n at ${hostile('line', 9_000)}`,
          count: 1,
        },
      ],
      verdict: 'INVALID',
      checks: [{ name: hostile('check'), passed: false, severity: 'error', observed: 1, limit: 0 }],
      service: 'MISSED',
      expectations: [
        {
          ...{ expression: hostile('expectation'), comparison: '<', value: 1, quantity: 'percentile' },
          ...{ percentile: 99, latency: 'response', unit: 'us', observed: 2, passed: false },
        },
      ],
    },
  },
};
