import { describe, expect, it } from 'vitest';
import {
  fleetAfter,
  type KnownFleet,
  loadProgressLine,
  topErrorLines,
} from '../../../../src/cli/render/progress/load-progress.ts';
import { colourStyle, plainStyle } from '../../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../../src/cli/terminal/text.ts';
import type { CommandEvent } from '../../../../src/experiment/context/context.ts';
import { noRequests } from '../../../../src/load/measure/snapshot.ts';
import { createDistribution } from '../../../../src/record/latency/distribution.ts';
import { loadProgress } from '../samples.ts';

describe('the progress of a load in one line', () => {
  it('says rate, latency, failures, users and instances', () => {
    expect(
      loadProgressLine(loadProgress(), { current: 1, desired: 4, lastSeen: null }, plainStyle, 160),
    ).toBe(
      '0:23/1:00  ━━━━━╌╌╌╌╌╌╌  198/s  p50 22ms  p95 31.4ms  p99 40.3ms  0 failed  200 users  instances 1 → 4',
    );
  });

  it('of a number of requests says how many have ended', () => {
    const total = { ...noRequests(), succeeded: 240, failed: 10 };
    const progress = { ...loadProgress({ total }), maxRequests: 1_000, durationMs: 86_400_000 };
    expect(loadProgressLine(progress, undefined, plainStyle, 160)).toMatch(
      /^0:23 {2}250\/1,000 requests {2}━━━╌╌╌╌╌╌╌╌╌ {2}/,
    );
  });

  it.each([
    [80, '0:23/1:00  198/s  p50 22ms  p99 40.3ms  0 failed  200 users  instances 1 → 4'],
    [60, '0:23/1:00  198/s  p99 40.3ms  0 failed  instances 1 → 4'],
    [40, '0:23/1:00  198/s  p99 40.3ms  0 failed'],
    [20, '0:23/1:00  198/s'],
    [5, '0:23…'],
  ])('on %d columns leaves out what matters least', (width, expected) => {
    expect(
      loadProgressLine(loadProgress(), { current: 1, desired: 4, lastSeen: null }, plainStyle, width),
    ).toBe(expected);
  });

  it.each([20, 40, 60, 80, 100, 200])('never exceeds %d columns, coloured or not', (width) => {
    for (const style of [plainStyle, colourStyle])
      expect(
        displayWidth(
          loadProgressLine(
            loadProgress({ total: { ...noRequests(), failed: 12_345 } }),
            undefined,
            style,
            width,
          ),
        ),
      ).toBeLessThanOrEqual(width);
  });

  it('invents no latency where nothing was answered', () => {
    expect(
      loadProgressLine(
        loadProgress({ response: createDistribution(), endedRateRps: 0 }),
        undefined,
        plainStyle,
        160,
      ),
    ).toMatch(/0\.0\/s {2}p50 – {2}p95 – {2}p99 –/);
  });

  it('shows failures of this interval in red, of earlier ones in yellow', () => {
    const line = (intervalFailed: number) =>
      loadProgressLine(
        loadProgress({
          counts: { ...noRequests(), failed: intervalFailed },
          total: { ...noRequests(), failed: 3 },
        }),
        undefined,
        colourStyle,
        160,
      );
    expect(line(2)).toContain(colourStyle.red('3 failed'));
    expect(line(0)).toContain(colourStyle.yellow('3 failed'));
  });
});

describe('the fleet beside the progress', () => {
  const at = '2026-01-01T12:03:05.000Z';
  const capacity = { type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' } as const;
  const seen: CommandEvent = { type: 'timeline', event: { at, cloudTimeMs: 0, ...capacity } };
  const lost: CommandEvent = {
    type: 'fleet-sight',
    lastSeen: { instances: 1, at, cloudTimeMs: 0, because: 'unreachable' },
  };
  const back: CommandEvent = { type: 'fleet-sight', lastSeen: null };
  const down: CommandEvent = {
    type: 'timeline',
    event: { at, cloudTimeMs: 0, type: 'phase', phase: 'down', message: '' },
  };
  const lineAfter = (...events: CommandEvent[]) => {
    const fleet = events.reduce<KnownFleet | undefined>(
      (known, event) => fleetAfter(event, known),
      undefined,
    );
    return loadProgressLine(loadProgress(), fleet, plainStyle, 160);
  };

  it('is as it is seen now', () => {
    expect(lineAfter(seen)).toMatch(/instances 1$/);
  });

  it('is dated while it is out of sight, though no event tells a new count', () => {
    expect(lineAfter(seen, lost)).toMatch(/200 users {2}1 instance, last seen at 12:03:05 UTC$/);
    expect(lineAfter(seen, lost, back)).toMatch(/instances 1$/);
  });

  it('is not told where it is gone, or nobody ever saw it', () => {
    expect(lineAfter(seen, down)).toMatch(/200 users$/);
    expect(lineAfter(lost)).toMatch(/200 users$/);
  });
});

it('the commonest error stands under it', () => {
  const error = {
    kind: 'model',
    status: 424,
    message: 'the queue is full',
    count: 1_200,
    firstAt: '',
    lastAt: '',
  } as const;
  expect(topErrorLines(loadProgress({ topErrors: [error] }), plainStyle, 80)).toEqual([
    '1,200 × 424 model: the queue is full',
  ]);
  const refused = { ...error, status: 0, kind: 'connection' as const };
  expect(topErrorLines(loadProgress({ topErrors: [refused] }), plainStyle, 30)).toEqual([
    '1,200 × connection: the queue',
    '  is full',
  ]);
  expect(topErrorLines(loadProgress(), plainStyle, 80)).toEqual([]);
});
