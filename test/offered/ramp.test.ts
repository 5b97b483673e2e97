import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLevelCurve } from '../../src/offered/levels/level-curve.ts';
import { userSpans } from '../../src/offered/levels/user-spans.ts';
import { parseRamp, type Ramp, rampEndMs, rampPieces, userStartMs } from '../../src/offered/ramp.ts';
import { refusalOf } from '../support/refusal-of.ts';

const ramps: fc.Arbitrary<Ramp> = fc.oneof(
  fc.record({
    kind: fc.constant('usersPerSecond' as const),
    usersPerSecond: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('over' as const), durationMs: fc.integer({ min: 0, max: 600_000 }) }),
);

/** As it is typed. */
function written(ramp: Ramp): string {
  return ramp.kind === 'over' ? `${ramp.durationMs}ms` : ramp.usersPerSecond.toFixed(6);
}

describe('a ramp', () => {
  it('without a unit is users per second, as locust’s spawn rate', () => {
    expect(parseRamp('10')).toEqual({ kind: 'usersPerSecond', usersPerSecond: 10 });
    expect(parseRamp(' 0.5 ')).toEqual({ kind: 'usersPerSecond', usersPerSecond: 0.5 });
  });

  it('with a unit is the time the start is spread over', () => {
    expect(parseRamp('30s')).toEqual({ kind: 'over', durationMs: 30_000 });
    expect(parseRamp('1m30s')).toEqual({ kind: 'over', durationMs: 90_000 });
    expect(parseRamp('0s')).toEqual({ kind: 'over', durationMs: 0 });
  });

  it.each(['0', '0.0', 'fast', '-3', '', '10/s'])('is refused as "%s", naming the value', (text) => {
    const refusal = refusalOf(() => parseRamp(text));
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).toContain('--ramp');
    expect(refusal.message).toContain(text);
  });

  it('comes back from what is written', () => {
    fc.assert(
      fc.property(ramps, (ramp) => {
        const read = parseRamp(written(ramp));
        if (ramp.kind === 'over') expect(read).toEqual(ramp);
        else
          expect(read).toEqual({ kind: ramp.kind, usersPerSecond: Number(ramp.usersPerSecond.toFixed(6)) });
      }),
    );
  });

  it('starts users in order, the first at once, none after its end', () => {
    fc.assert(
      fc.property(ramps, fc.integer({ min: 1, max: 300 }), (ramp, users) => {
        const starts = Array.from({ length: users }, (_, index) => userStartMs(ramp, users, index));
        expect(starts[0]).toBe(0);
        for (let i = 1; i < users; i++) expect(starts[i]!).toBeGreaterThanOrEqual(starts[i - 1]!);
        expect(starts.at(-1)).toBe(rampEndMs(ramp, users));
        if (ramp.kind === 'over') expect(starts.at(-1)!).toBeLessThanOrEqual(ramp.durationMs);
      }),
    );
  });

  it('starts users at the rate asked for', () => {
    expect(userStartMs({ kind: 'usersPerSecond', usersPerSecond: 10 }, 200, 199)).toBeCloseTo(19_900);
    expect(userStartMs({ kind: 'over', durationMs: 30_000 }, 10, 9)).toBe(27_000);
  });

  it('longer than the load starts those alone that have their turn within it', () => {
    fc.assert(
      fc.property(
        ramps,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 600_000 }),
        (ramp, users, durationMs) => {
          const pieces = rampPieces(ramp, users, durationMs);
          expect(createLevelCurve(pieces).endMs).toBe(durationMs);
          for (let index = 0; index < users; index++) {
            const startMs = userStartMs(ramp, users, index);
            if (Math.abs(startMs - durationMs) < 1e-6) continue;
            const [span] = userSpans(pieces, index);
            if (startMs > durationMs) expect(span).toBeUndefined();
            else expect(span!.fromMs).toBeCloseTo(startMs, 5);
          }
        },
      ),
    );
  });
});
