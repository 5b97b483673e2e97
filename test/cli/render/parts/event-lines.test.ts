import { describe, expect, it } from 'vitest';
import { cloudTimeLabel, shortReason, timelineLine } from '../../../../src/cli/render/parts/event-lines.ts';
import { plainLines } from '../../../../src/cli/render/progress/plain.ts';
import { plainStyle } from '../../../../src/cli/terminal/style.ts';
import type { CommandEvent } from '../../../../src/experiment/context/context.ts';
import type { TimelineEvent, TimelineFact } from '../../../../src/record/schemas/timeline.ts';
import { loadProgress } from '../samples.ts';

const at = (cloudTimeMs: number, fact: TimelineFact): TimelineEvent => ({
  at: '2026-01-01T00:00:00.000Z',
  cloudTimeMs,
  ...fact,
});

describe('an event of the timeline in one line', () => {
  it.each<[TimelineFact, string]>([
    [{ type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' }, 'instances 1'],
    [
      { type: 'capacity', current: 1, desired: 4, endpointStatus: 'Updating' },
      'instances 1 → 4  endpoint Updating',
    ],
    [
      {
        type: 'alarm',
        alarmName: 'a-AlarmHigh-b',
        side: 'high',
        state: 'ALARM',
        previousState: 'OK',
        reason: 'over',
      },
      'alarm high OK → ALARM  over',
    ],
    [
      { type: 'alarm', alarmName: 'mine', side: 'other', state: 'OK', previousState: null, reason: '' },
      'alarm mine OK',
    ],
    [
      {
        type: 'activity',
        activityId: '1',
        status: 'InProgress',
        description: 'Setting desired instance count to 4.',
        cause: '',
        statusMessage: 'Successfully set it. Waiting.',
      },
      'scaling InProgress: Setting desired instance count to 4.',
    ],
    [
      {
        type: 'activity',
        activityId: '1',
        status: 'Successful',
        description: 'Setting desired instance count to 4.',
        cause: '',
        statusMessage: 'Successfully set desired instance count to 4.',
      },
      'scaling Successful: Successfully set desired instance count to 4.',
    ],
    [
      {
        type: 'metric',
        metricName: 'Invocations',
        statistic: 'Sum',
        periodSeconds: 60,
        value: 12_345.678,
        target: 3_000,
      },
      'Invocations Sum 12,345.68 (target 3,000)',
    ],
    [{ type: 'phase', phase: 'load-started', message: 'the load starts' }, 'the load starts'],
  ])('%j', (fact, expected) => {
    expect(timelineLine(at(250_000, fact), plainStyle)).toBe(`  +4m10s  ${expected}`);
  });

  it('but a load sample is none', () => {
    const sample = {
      type: 'load' as const,
      elapsedMs: 1_000,
      intervalMs: 1_000,
      users: 1,
      rateRps: 1,
      intendedRateRps: null,
      failed: 0,
      inFlight: 0,
      responseUs: null,
    };
    expect(timelineLine(at(0, sample), plainStyle)).toBeUndefined();
  });
});

it.each([
  [0, '+0s'],
  [400, '+0s'],
  [59_600, '+1m'],
  [3_661_000, '+1h1m1s'],
  [-30_000, '-30s'],
])('%d ms of cloud time are %s', (ms, expected) => expect(cloudTimeLabel(ms)).toBe(expected));

it('an alarm’s reason is cut to its newest datapoint', () => {
  expect(
    shortReason('Threshold Crossed: 3 datapoints [9.0 (22/11/26 16:33:00), 8.0 (x), 7.0 (y)] were greater.'),
  ).toBe('Threshold Crossed: 3 datapoints [9.0 (22/11/26 16:33:00), …] were greater.');
  expect(shortReason('Unchecked: Initial alarm creation')).toBe('Unchecked: Initial alarm creation');
});

describe('without a terminal', () => {
  const linesOf = (...events: CommandEvent[]) => {
    const toLines = plainLines(plainStyle);
    return events.flatMap(toLines);
  };
  const step = { verb: 'ensure', kind: 'endpoint', name: 'mlbench' } as const;

  it('a step is one line once it is done, and one now and then while it lasts', () => {
    const waiting = (elapsedMs: number, state = 'Creating') =>
      ({ type: 'resource-waiting', ...step, state, elapsedMs }) as const;
    expect(
      linesOf(
        { type: 'resource-started', ...step },
        waiting(500),
        waiting(3_000),
        waiting(6_000),
        waiting(18_500),
        waiting(19_000, 'Updating'),
        { type: 'resource-done', ...step, outcome: 'created', elapsedMs: 21_000 },
        { type: 'resource-done', ...step, outcome: 'unchanged', elapsedMs: 20 },
      ),
    ).toEqual([
      '  endpoint mlbench: Creating',
      '  endpoint mlbench: Creating',
      '  endpoint mlbench: Updating',
      '✔ endpoint mlbench created 21s',
      '· endpoint mlbench unchanged',
    ]);
  });

  it('a load is a line every five seconds, with the instances as last seen', () => {
    const lines = linesOf(
      {
        type: 'load-planned',
        description: '5 users',
        workers: 1,
        seed: 7,
        durationMs: 60_000,
        expectedRateRps: 5,
      },
      ...Array.from({ length: 11 }, (_, second) => loadProgress({ elapsedMs: (second + 1) * 1_000 })),
      {
        type: 'timeline',
        event: at(0, { type: 'capacity', current: 1, desired: 2, endpointStatus: 'Updating' }),
      },
      loadProgress({ elapsedMs: 16_000 }),
      { type: 'load-stopping', reason: 'duration' },
    );
    expect(lines[0]).toBe('load: 5 users (1 worker, seed 7)');
    expect(lines.filter((line) => line.includes('/s')).map((line) => line.slice(0, 4))).toEqual([
      '0:01',
      '0:06',
      '0:11',
      '0:16',
    ]);
    expect(lines.at(-2)).toContain('instances 1 → 2');
    expect(lines.at(-1)).toBe('load: time is up; waiting for requests in flight');
  });

  it('notices, failures and stages are told; metrics are not', () => {
    expect(
      linesOf(
        { type: 'notice', level: 'warning', message: 'old', remedy: 'renew' },
        { type: 'notice', level: 'info', message: 'fine' },
        { type: 'resource-failed', ...step, message: 'no room', remedy: 'make room' },
        { type: 'part', name: 'up', message: 'deploying' },
        {
          type: 'timeline',
          event: at(0, {
            type: 'metric',
            metricName: 'm',
            statistic: 'Sum',
            periodSeconds: 60,
            value: 1,
            target: null,
          }),
        },
      ),
    ).toEqual(['warning: old', '  → renew', 'fine', '✖ endpoint mlbench: no room', 'up: deploying']);
  });
});
