import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatNumber,
  formatShare,
  formatSpan,
  formatUs,
  plural,
} from '../../src/charts/format.ts';

describe('what a report writes', () => {
  it.each([
    [0, '0:00'],
    [20_000, '0:20'],
    [725_000, '12:05'],
    [3_725_000, '1:02:05'],
    [-1_000, '−0:01'],
  ])('%d ms on a clock is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it.each([
    [200, '0.2 s'],
    [9_960, '10 s'],
    [59_600, '1 min'],
    [246_000, '4 min 6 s'],
    [4_800_000, '1 h 20 min'],
  ])('%d ms as a length is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.00001, '< 0.01 %'],
    [0.0009, '0.09 %'],
    [0.125, '12.5 %'],
    [1, '100 %'],
  ])('a share of %d is %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it('groups thousands, keeps small values, and writes a dash for what was not measured', () => {
    expect([12_345.6, 12.34, 0.1234, 3].map(formatNumber)).toEqual(['12,346', '12.3', '0.123', '3']);
    expect(formatNumber(Number.NaN)).toBe('–');
    expect(formatUs(null)).toBe('–');
    expect(formatUs(24_607)).toBe('24.6 ms');
    expect(plural(1, 'user')).toBe('1 user');
    expect(plural(2_000, 'user')).toBe('2,000 users');
  });
});
