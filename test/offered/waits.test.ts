import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../../src/core/random.ts';
import {
  cycleOf,
  isTimed,
  paceOf,
  parseWait,
  rateOfUser,
  type Wait,
  waitExamples,
  waitSchema,
} from '../../src/offered/waits/waits.ts';
import { refusalOf } from '../support/refusal-of.ts';

const times = fc.integer({ min: 0, max: 600_000 });
const waits: fc.Arbitrary<Wait> = fc.oneof(
  fc.constant<Wait>({ kind: 'none' }),
  times.map((waitMs): Wait => ({ kind: 'constant', waitMs })),
  fc
    .tuple(times, times)
    .map(([a, b]): Wait => ({ kind: 'between', lowMs: Math.min(a, b), highMs: Math.max(a, b) })),
  times.map((meanMs): Wait => ({ kind: 'exponential', meanMs: meanMs + 1 })),
  times.map((periodMs): Wait => ({ kind: 'pacing', periodMs: periodMs + 1 })),
  fc
    .integer({ min: 1, max: 1_000_000 })
    .map((milli): Wait => ({ kind: 'throughput', rateRps: milli / 1_000 })),
);

/** As it is typed. */
function written(wait: Wait): string {
  switch (wait.kind) {
    case 'none':
      return 'none';
    case 'constant':
      return `constant:${wait.waitMs}ms`;
    case 'between':
      return `between:${wait.lowMs}ms,${wait.highMs}ms`;
    case 'exponential':
      return `exponential:${wait.meanMs}ms`;
    case 'pacing':
      return `pacing:${wait.periodMs}ms`;
    case 'throughput':
      return `throughput:${wait.rateRps}`;
  }
}

describe('a wait', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['constant:1s', { kind: 'constant', waitMs: 1_000 }],
    ['constant:0', { kind: 'constant', waitMs: 0 }],
    ['between:1s,3s', { kind: 'between', lowMs: 1_000, highMs: 3_000 }],
    ['pacing:250ms', { kind: 'pacing', periodMs: 250 }],
    ['throughput:2', { kind: 'throughput', rateRps: 2 }],
    ['throughput:0.1', { kind: 'throughput', rateRps: 0.1 }],
  ])('reads "%s"', (text, wait) => {
    expect(parseWait(text)).toEqual(wait);
  });

  it.each([
    'never',
    'constant',
    'constant:',
    'constant:soon',
    'between:1s',
    'between:3s,1s',
    'pacing:0s',
    'throughput:0',
    'throughput:-1',
    'throughput:many',
    'throughput:0x10',
    'none:1s',
    '',
  ])('is refused as "%s" with one line', (text) => {
    const refusal = refusalOf(() => parseWait(text));
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).not.toContain('\n');
    expect(refusal.remedy).not.toBe('');
  });

  it('comes back from what is written, and from a record', () => {
    fc.assert(
      fc.property(waits, (wait) => {
        expect(parseWait(written(wait))).toEqual(wait);
        expect(waitSchema(z).parse(JSON.parse(JSON.stringify(wait)))).toEqual(wait);
      }),
    );
  });

  it('that is refused is told each way to write one, and each of those is taken', () => {
    const examples = waitExamples.split(/, (?=[a-z])| or /);
    expect(examples).toContain('between:1s,3s');
    expect(new Set(examples.map((example) => parseWait(example).kind)).size).toBe(examples.length);
    expect(refusalOf(() => parseWait('never')).remedy).toBe(`write ${waitExamples}`);
  });
});

describe('the next intended start', () => {
  it.each<[Wait, number, number, number]>([
    [{ kind: 'none' }, 0, 40, 40],
    [{ kind: 'constant', waitMs: 100 }, 0, 40, 140],
    [{ kind: 'pacing', periodMs: 100 }, 0, 40, 100],
    [{ kind: 'throughput', rateRps: 20 }, 0, 40, 50],
    // An answer that outlasts the period: at once, and the period counts from there.
    [{ kind: 'pacing', periodMs: 100 }, 0, 250, 250],
  ])('%j, intended %d, answered %d', (wait, intendedMs, answeredMs, expected) => {
    expect(paceOf(wait)(intendedMs, answeredMs, createRandom(1))).toBe(expected);
  });

  it('never lies before the answer, and comes at the rate that the wait says where answers take no time', () => {
    fc.assert(
      fc.property(waits, fc.integer(), (wait, seed) => {
        const pace = paceOf(wait);
        const random = createRandom(seed);
        const rounds = 400;
        let ms = 0;
        for (let round = 0; round < rounds; round++) {
          const next = pace(ms, ms, random);
          expect(next).toBeGreaterThanOrEqual(ms);
          ms = next;
        }
        const perUser = rateOfUser(cycleOf(wait));
        expect(isTimed(wait)).toBe(perUser !== null);
        if (perUser === null) expect(ms).toBe(0);
        // Random pauses spread as much as their mean at most: the mean of 400 lies within five deviations of theirs.
        else expect(Math.abs((ms * perUser) / 1_000 / rounds - 1)).toBeLessThan(5 / Math.sqrt(rounds));
      }),
    );
  });

  it('is told the simulation as a pause after the answer, or as a pace from start to start', () => {
    fc.assert(
      fc.property(waits, times, (wait, tookMs) => {
        const { kind, meanMs } = cycleOf(wait);
        const means = Array.from({ length: 400 }, (_, index) => paceOf(wait)(0, tookMs, createRandom(index)));
        const mean = means.reduce((sum, ms) => sum + ms, 0) / means.length;
        const expected = kind === 'pause' ? tookMs + meanMs : Math.max(tookMs, meanMs);
        expect(Math.abs(mean - expected)).toBeLessThanOrEqual(1e-6 + (5 * meanMs) / Math.sqrt(400));
      }),
    );
  });

  it('exponentially distributed has its mean, as much spread as mean, and never comes before the answer', () => {
    const random = createRandom(7);
    const pace = paceOf({ kind: 'exponential', meanMs: 800 });
    const pausesMs = Array.from({ length: 20_000 }, () => pace(0, 100, random) - 100);
    const meanMs = pausesMs.reduce((sum, ms) => sum + ms, 0) / pausesMs.length;
    const variance = pausesMs.reduce((sum, ms) => sum + (ms - meanMs) ** 2, 0) / pausesMs.length;
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(0);
    expect(meanMs / 800).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance) / meanMs).toBeCloseTo(1, 1);
  });

  it('evenly distributed stays between', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(1_000), fc.integer(), (answeredMs, lowMs, seed) => {
        const wait: Wait = { kind: 'between', lowMs, highMs: lowMs + 500 };
        const next = paceOf(wait)(0, answeredMs, createRandom(seed));
        expect(next).toBeGreaterThanOrEqual(answeredMs + lowMs);
        expect(next).toBeLessThan(answeredMs + lowMs + 500);
      }),
    );
  });
});
