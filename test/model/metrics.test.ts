import { describe, expect, test } from 'vitest';
import {
  brierScore,
  evaluate,
  logLoss,
  reliability,
  standardDeviation,
  wilsonInterval,
} from '../../model/metrics.ts';

describe('figures worked out by hand', () => {
  test('precision, recall and F1 from a confusion matrix', () => {
    const { accuracy, confusion, perClass } = evaluate([0, 0, 0, 1, 1], [0, 0, 1, 1, 0], 2);
    expect(confusion).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(accuracy).toBe(0.6);
    expect(perClass[0]).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    expect(perClass[1]).toEqual({ precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 });
  });

  test('a class that is never predicted counts as zero, not as nothing', () => {
    const { perClass, macroF1 } = evaluate([0, 1], [0, 0], 2);
    expect(perClass[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });

  test('Wilson’s interval of 9 in 10, and that it ends at 1', () => {
    const [low, high] = wilsonInterval(9, 10);
    expect(low).toBeCloseTo(0.5958, 4);
    expect(high).toBeCloseTo(0.9821, 4);
    expect(wilsonInterval(10, 10)[1]).toBeCloseTo(1, 12);
  });

  test('log loss and Brier score', () => {
    const shares = [
      [0.8, 0.2],
      [0.5, 0.5],
    ];
    expect(logLoss([0, 1], shares, 0.01)).toBeCloseTo(-(Math.log(0.8) + Math.log(0.5)) / 2, 12);
    expect(brierScore([0, 1], shares)).toBeCloseTo((0.08 + 0.5) / 2, 12);
    expect(logLoss([1], [[1, 0]], 0.01)).toBeCloseTo(-Math.log(0.01), 12);
  });

  test('reliability puts the edge value 1 into the last bin and leaves empty ones out', () => {
    const bins = reliability(
      [0, 0, 1],
      [
        [1, 0],
        [0.9, 0.1],
        [0.6, 0.4],
      ],
      [0, 0.5, 0.7, 0.9, 1],
    );
    expect(bins.map(({ low, rows, accuracy }) => [low, rows, accuracy])).toEqual([
      [0.5, 1, 0],
      [0.9, 2, 1],
    ]);
  });

  test('the standard deviation of a sample', () => {
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5);
  });
});
