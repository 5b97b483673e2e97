import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChartData, renderChart } from '../../../../src/cli/render/parts/chart.ts';
import { colourStyle } from '../../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../../src/cli/terminal/text.ts';

const minute = 60_000;

const spike: ChartData = {
  fromMs: 0,
  toMs: 10 * minute,
  metric: [0, 3_000, 6_000, 6_000, 6_000, 2_000].map((value, index) => ({ atMs: index * minute, value })),
  target: 3_000,
  metricLabel: 'invocations',
  capacity: [
    { atMs: 0, current: 1, desired: 1 },
    { atMs: 4 * minute, current: 1, desired: 3 },
    { atMs: 7 * minute, current: 3, desired: 3 },
  ],
  capacityUntilMs: 9 * minute,
};

describe('the chart', () => {
  it('draws the metric as columns with the target, and the instances as a step line', () => {
    expect(renderChart(spike, 58, 12)).toEqual([
      'invocations',
      ' 6,000 ┤          ████ ████ ████',
      '       │          ████ ████ ████',
      ' 3,000 ┤╌╌╌╌╌╌╌╌╌╌████╌████╌████╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌',
      '       │     ████ ████ ████ ████',
      '       │     ████ ████ ████ ████ ████',
      '     0 ┤     ████ ████ ████ ████ ████',
      'instances',
      '     3 ┤                    ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈╭─────────',
      '     2 ┤                                   │',
      '     1 ┤───────────────────────────────────╯',
      '        ╵+0s      ╵+2m      ╵+4m      ╵+6m      ╵+8m',
    ]);
  });

  it('goes on under itself with a metric of a long name', () => {
    const metricLabel = 'RequestsWaitingInTheQueueOfOurOwnMaking Average';
    const lines = renderChart({ ...spike, metricLabel }, 40, 12);
    expect(lines.slice(0, 2).join(' ').replace(/ +/g, ' ')).toBe(metricLabel);
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  it('draws nothing where there is no room to read it', () => {
    expect(renderChart(spike, 20, 12)).toEqual([]);
    expect(renderChart(spike, 80, 7)).toEqual([]);
  });

  it('draws an axis before anything is known', () => {
    const empty = { ...spike, metric: [], capacity: [], target: null };
    expect(renderChart(empty, 58, 10)[0]).toBe('invocations');
  });

  it('keeps to its width and height, whatever the data', () => {
    const capacity = fc.record({
      atMs: fc.integer({ min: 0, max: 100 * minute }),
      current: fc.integer({ min: 0, max: 50 }),
      desired: fc.integer({ min: 0, max: 50 }),
    });
    const metric = fc.record({
      atMs: fc.integer({ min: 0, max: 100 * minute }),
      value: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(metric),
        fc.array(capacity),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 40 }),
        (metrics, steps, minutes, width, height) => {
          const sorted = steps.toSorted((a, b) => a.atMs - b.atMs);
          const data = { ...spike, toMs: minutes * minute, metric: metrics, capacity: sorted };
          const lines = renderChart(data, width, height, colourStyle);
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(width, 15));
        },
      ),
      { numRuns: 200 },
    );
  });
});
