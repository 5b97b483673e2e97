import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makeExpectation,
  meetsExpectation,
  parseExpectation,
  parseRecordedExpectation,
} from '../../src/record/judgement/expectation.ts';
import { expectedP99Us } from '../../src/record/judgement/expected-limit.ts';
import type { Expectation } from '../../src/record/schemas/expectation-schema.ts';
import { refusalOf } from '../support/refusal-of.ts';

describe('an expectation', () => {
  it.each([
    [
      'p99<200ms',
      { quantity: 'percentile', percentile: 99, latency: 'response', comparison: '<', value: 200_000 },
    ],
    ['p99.9(service)<1s', { quantity: 'percentile', percentile: 99.9, latency: 'service', value: 1_000_000 }],
    ['p50 <= 20ms', { quantity: 'percentile', percentile: 50, comparison: '<=', value: 20_000 }],
    ['mean(firstByte)<80ms', { quantity: 'mean', latency: 'firstByte', value: 80_000 }],
    ['max<2s', { quantity: 'max', value: 2_000_000 }],
    ['p100<2s', { quantity: 'max' }],
    ['errors<1%', { quantity: 'errors', value: 0.01 }],
    ['errors<=0.1%', { quantity: 'errors', comparison: '<=', value: 0.001 }],
    ['errors<=0', { quantity: 'errors', value: 0 }],
    ['rate>450', { quantity: 'rate', comparison: '>', value: 450 }],
    ['rate>=450/s', { quantity: 'rate', comparison: '>=', value: 450 }],
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

describe('a limit whose unit could be misread', () => {
  it.each([
    ['p99<200', '200ms or 200s?'],
    ['p99.9(service)<1.5', '1.5ms or 1.5s?'],
    ['p50 <= 20', '20ms or 20s?'],
    ['mean<50', '50ms or 50s?'],
    ['avg(firstByte)<80', '80ms or 80s?'],
    ['max<=2', '2ms or 2s?'],
    ['p100<.5', '.5ms or .5s?'],
    ['errors<1', '1% or 100%?'],
    ['errors<=0.01', '0.01% or 1%?'],
  ])('is asked for: "%s"', (text, question) => {
    const refusal = refusalOf(() => parseExpectation(text));
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).toContain(question);
    expect(refusal.remedy).toContain(question.replace('?', ''));
  });

  it('is seconds in a record that a version wrote for which it was', () => {
    expect(parseRecordedExpectation('p99<200', 'thresholds.0')).toMatchObject({
      expression: 'p99<200',
      value: 200_000_000,
      unit: 'us',
    });
  });

  it('is refused for every quantity that has one, whatever the number', () => {
    const number = fc.oneof(
      fc.nat(100_000).map(String),
      fc.float({ min: 1, max: 1e6, noNaN: true }).map((value) => value.toFixed(3)),
    );
    const quantity = fc.constantFrom('p1', 'p50', 'p99', 'p99.99', 'p100', 'mean', 'avg', 'max');
    const kind = fc.constantFrom('', '(response)', '(service)', '(firstByte)');
    fc.assert(
      fc.property(quantity, kind, fc.constantFrom('<', '<=', '>', '>='), number, (name, of, sign, value) => {
        expect(refusalOf(() => parseExpectation(`${name}${of}${sign}${value}`)).message).toContain(
          'has no unit',
        );
        expect(parseExpectation(`${name}${of}${sign}${value}ms`).value).toBeCloseTo(Number(value) * 1_000, 3);
      }),
    );
  });
});

const comparison = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
const latency = fc.constantFrom('response' as const, 'service' as const, 'firstByte' as const);
/** What a person may write: whole microseconds, hundredths of a percent, tenths of a request a second. */
const us = fc.integer({ min: 1, max: 3_600_000_000 });
const percentile = fc.integer({ min: 1, max: 9_999 }).map((hundredths) => hundredths / 100);

const expectations = fc.oneof(
  fc.record({
    quantity: fc.constant('percentile' as const),
    percentile,
    latency,
    comparison,
    value: us,
    unit: fc.constant('us' as const),
  }),
  fc.record({
    quantity: fc.constantFrom('mean' as const, 'max' as const),
    latency,
    comparison,
    value: us,
    unit: fc.constant('us' as const),
  }),
  fc.record({
    quantity: fc.constant('errors' as const),
    comparison,
    value: fc.nat(10_000).map((hundredths) => hundredths / 10_000),
    unit: fc.constant('share' as const),
  }),
  fc.record({
    quantity: fc.constant('rate' as const),
    comparison,
    value: fc.nat(1_000_000).map((tenths) => tenths / 10),
    unit: fc.constant('rps' as const),
  }),
);

describe('the expression of an expectation', () => {
  it('means what the data say', () => {
    fc.assert(
      fc.property(expectations, (data) => {
        const made = makeExpectation(data);
        const { value, ...read } = parseExpectation(made.expression);
        expect(read).toEqual({ ...data, value: undefined, expression: made.expression });
        expect(value).toBeCloseTo(data.value, 6);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused in one line or read, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^p?[0-9.a-z()]*[<>=]{1,2}[0-9a-z.%/]*$/)),
        (text) => {
          try {
            expect(Number.isFinite(parseExpectation(text).value)).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ exitCode: 2 });
          }
        },
      ),
    );
  });

  it.each([
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
  ] as const)('holds a value below, at and above the limit to "%s"', (sign, met) => {
    const expected = parseExpectation(`p99${sign}200ms`);
    expect([199_999, 200_000, 200_001].map((observed) => meetsExpectation(expected, observed))).toEqual(met);
  });
});

describe('what was promised of p99', () => {
  const read = (...texts: string[]): Expectation[] => texts.map((text) => parseExpectation(text));

  it('is the strictest limit of response time', () => {
    expect(expectedP99Us(read('p99<300ms', 'p99<=200ms', 'p95<1ms', 'p99(service)<2ms'))).toBe(200_000);
  });

  it('is nothing where p99 was held to nothing, or to be slow', () => {
    expect(expectedP99Us(read('errors<1%', 'p99>1s', 'max<2s'))).toBeNull();
  });
});
