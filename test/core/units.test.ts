import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDurationMs, formatLatencyUs, parseDurationMs } from '../../src/core/units.ts';

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['20', 20_000],
    ['20s', 20_000],
    ['1.5s', 1_500],
    ['3m', 180_000],
    ['1h20m', 4_800_000],
    ['0s', 0],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDurationMs(text, '--duration')).toBe(ms);
  });

  it.each(['', '-5s', '20x', '5 m', 'm', '1h 20m', '1e3s', 'NaN'])(
    'refuses "%s", naming the flag',
    (text) => {
      expect(() => parseDurationMs(text, '--duration')).toThrow(/--duration: ".*" is not a duration/);
    },
  );

  it('writes whole seconds so that they read back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        expect(parseDurationMs(formatDurationMs(seconds * 1_000), 'x')).toBe(seconds * 1_000);
      }),
    );
  });

  it.each([
    [870, '870µs'],
    [12_400, '12.4ms'],
    [20_000, '20ms'],
    [1_320_000, '1.32s'],
  ])('writes %d µs as %s', (us, text) => {
    expect(formatLatencyUs(us)).toBe(text);
  });
});
