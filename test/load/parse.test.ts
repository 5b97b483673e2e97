import { describe, expect, it } from 'vitest';
import { MlbenchError } from '../../src/core/errors.ts';
import { parseExpectation } from '../../src/load/expectation.ts';
import { parseWorkers } from '../../src/load/parse.ts';

function refusalOf(action: () => unknown): MlbenchError {
  try {
    action();
  } catch (error) {
    if (error instanceof MlbenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('workers', () => {
  it('are a number, or left to the machine', () => {
    expect(parseWorkers('auto')).toBe('auto');
    expect(parseWorkers('4')).toBe(4);
  });

  it.each(['0', '1000', '1.5', 'all', ''])('are refused as "%s"', (text) => {
    expect(refusalOf(() => parseWorkers(text)).exitCode).toBe(2);
  });
});

describe('an expectation', () => {
  it.each([
    ['p99<200ms', { subject: 'percentile', percentile: 99, kind: 'response', operator: '<', limit: 200_000 }],
    ['p99.9(service)<1s', { subject: 'percentile', percentile: 99.9, kind: 'service', limit: 1_000_000 }],
    ['p50 <= 20ms', { subject: 'percentile', percentile: 50, operator: '<=', limit: 20_000 }],
    ['mean(firstByte)<80ms', { subject: 'mean', kind: 'firstByte', limit: 80_000 }],
    ['max<2s', { subject: 'max', limit: 2_000_000 }],
    ['p100<2s', { subject: 'max' }],
    ['errors<1%', { subject: 'errors', limit: 0.01 }],
    ['errors<=0.1%', { subject: 'errors', operator: '<=', limit: 0.001 }],
    ['rate>450', { subject: 'rate', operator: '>', limit: 450 }],
    ['rate>=450/s', { subject: 'rate', operator: '>=', limit: 450 }],
  ])('reads "%s"', (text, expected) => {
    expect(parseExpectation(text)).toMatchObject({ expression: text.trim(), ...expected });
  });

  it.each([
    'p99',
    'p99<',
    'p99<fast',
    'p99=200ms',
    'p0<1s',
    'p101<1s',
    'p99.99999999999999999<1s',
    'p99(queue)<1s',
    'errors<1',
    'errors(service)<1%',
    'rate>fast',
    'latency<1s',
    '',
  ])('is refused as "%s"', (text) => {
    const refusal = refusalOf(() => parseExpectation(text));
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).toContain('--expect');
  });
});
