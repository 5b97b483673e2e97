import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinRows } from '../../src/charts/thin.ts';

const someSeries = fc.array(fc.option(fc.integer({ min: 0, max: 1_000 })), { minLength: 1, maxLength: 400 });

describe('thinning', () => {
  it('keeps everything that is few', () => {
    expect(thinRows(4, [[3, 1, null, 2]], 10)).toEqual([0, 1, 2, 3]);
  });

  it('stays within the limit, in order, with both ends', () => {
    fc.assert(
      fc.property(someSeries, fc.integer({ min: 10, max: 100 }), (values, limit) => {
        const rows = thinRows(values.length, [values, values], limit);
        expect(rows.length).toBeLessThanOrEqual(limit);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        expect(rows[0]).toBe(0);
        expect(rows.at(-1)).toBe(values.length - 1);
      }),
    );
  });

  it('loses no extreme of any series', () => {
    fc.assert(
      fc.property(someSeries, fc.integer({ min: 10, max: 100 }), (values, limit) => {
        const kept = thinRows(values.length, [values], limit).map((row) => values[row] ?? null);
        for (const extreme of [Math.min, Math.max]) {
          const of = (list: (number | null)[]) => extreme(...list.filter((value) => value !== null));
          expect(of(kept)).toBe(of(values));
        }
      }),
    );
  });
});
