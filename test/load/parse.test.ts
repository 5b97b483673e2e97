import { describe, expect, it } from 'vitest';
import { MlbenchError } from '../../src/core/errors.ts';
import { parseRamp, parseWait, parseWorkers } from '../../src/load/parse.ts';

function refusalOf(action: () => unknown): MlbenchError {
  try {
    action();
  } catch (error) {
    if (error instanceof MlbenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
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
});

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
});

describe('workers', () => {
  it('are a number, or left to the machine', () => {
    expect(parseWorkers('auto')).toBe('auto');
    expect(parseWorkers('4')).toBe(4);
  });

  it.each(['0', '1000', '1.5', 'all', ''])('are refused as "%s"', (text) => {
    expect(refusalOf(() => parseWorkers(text)).exitCode).toBe(2);
  });
});
