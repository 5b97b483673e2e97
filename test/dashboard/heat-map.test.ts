import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../src/dashboard/live/heat-cells.ts';
import { addColumn, emptyHeatMap, heatRows, rowOf, rowStartUs } from '../../src/dashboard/live/heat-map.ts';
import type { HeatMap } from '../../src/dashboard/live/live-shape.ts';
import { createLatencyRecorder } from '../../src/record/latency/histogram.ts';

describe('a heat map', () => {
  it('puts each latency into the row that holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (us) => {
        const row = rowOf(us);
        expect(row).toBeGreaterThanOrEqual(0);
        expect(row).toBeLessThan(heatRows);
        if (row > 0) expect(us).toBeGreaterThanOrEqual(rowStartUs(row) * (1 - 1e-9));
        if (row < heatRows - 1) expect(us).toBeLessThan(rowStartUs(row + 1) * (1 + 1e-9));
      }),
    );
  });

  it('counts every request of a second once', () => {
    const recorder = createLatencyRecorder();
    for (const ms of [0.05, 1, 1, 20, 20.1, 400]) recorder.record(ms);
    const cells = cellsOf([recorder.take()]);
    expect(total({ columnMs: 1_000, columns: [{ fromMs: 0, cells }] })).toBe(6);
    expect(cells.filter((_, index) => index % 2 === 0)).toEqual([0, 8, 18, 28]);
  });

  it('loses no request, and never has more than 720 columns, however long the run is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), (seconds) => {
        let map = emptyHeatMap();
        for (let second = 0; second < seconds; second++) {
          map = addColumn(map, { fromMs: second * 1_000 + 500, cells: [second % 5, 2, 7, 1] });
        }
        expect(total(map)).toBe(seconds * 3);
        expect(map.columns.length).toBeLessThanOrEqual(720);
        expect(map.columns.map(({ fromMs }) => fromMs)).toEqual(
          map.columns.map((_, index) => index * map.columnMs),
        );
      }),
      { numRuns: 20 },
    );
  });
});

function total({ columns }: HeatMap): number {
  return columns.reduce(
    (sum, { cells }) => sum + cells.reduce((all, value, index) => all + (index % 2 === 1 ? value : 0), 0),
    0,
  );
}
