import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { respellNumber } from '../../../src/core/options/respell-number.ts';
import { readNumber } from '../../../src/core/units.ts';

describe('a number', () => {
  it.each([
    ['10', 10],
    ['1e3', 1_000],
    ['1.5E-3', 0.0015],
    ['+5', 5],
    ['-.5', -0.5],
    ['5.', 5],
    [' 5 ', 5],
    ['007', 7],
  ])('is read: %s', (text, value) => expect(readNumber(text)).toBe(value));

  it.each([
    '',
    ' ',
    '.',
    'e3',
    '1e',
    '1_000',
    '1,000',
    '1k',
    '١',
    '0x10',
    'NaN',
    'Infinity',
    '1e999',
    '1 0',
    '--5',
  ])('is not read from "%s"', (text) => expect(readNumber(text)).toBeUndefined());

  it('is read back as any number is printed', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('a number in another spelling', () => {
  it.each([
    ['1_000', '1000'],
    ['12_34', '1234'],
    ['1,000', '1000'],
    ['1,234,567', '1234567'],
    ['1,234.5', '1234.5'],
    ["1'000", '1000'],
    ['1 000', '1000'],
    ['1.000.000', '1000000'],
    ['2,5', '2.5'],
    ['1k', '1000'],
    ['1.5 M', '1500000'],
    ['0x10', '16'],
    ['0b101', '5'],
    ['١', '1'],
    ['１２', '12'],
    ['९८', '98'],
  ])('is respelt: %s', (text, respelt) => expect(respellNumber(text)).toBe(respelt));

  it.each(['many', '', '1;000', '5 parsecs', '0xZZ', '1k2'])('is not guessed from "%s"', (text) =>
    expect(respellNumber(text)).toBeUndefined(),
  );
});
