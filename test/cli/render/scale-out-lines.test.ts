import { describe, expect, it } from 'vitest';
import { scaleOutLines } from '../../../src/cli/render/scale-out-lines.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';
import type { ScaleOutDelay } from '../../../src/record/schemas/scaling-schema.ts';

const delay: ScaleOutDelay = {
  from: 1,
  to: 2,
  moments: {
    loadStepMs: 0,
    metricVisibleMs: null,
    metricOverMs: 60_000,
    alarmMs: 180_000,
    askedMs: 180_000,
    inServiceMs: 427_000,
    firstTrafficMs: null,
    recoveredMs: null,
  },
  parts: [
    { name: 'Load step → first minute over target', fromMs: 0, toMs: 60_000 },
    { name: 'Metric over target → alarm', fromMs: 60_000, toMs: 180_000 },
    { name: 'Asked for → in service', fromMs: 180_000, toMs: 427_000 },
  ],
  slo: { limitUs: 200_000, isPromised: true },
  missed: { failed: 8, late: { atLeast: 1_200, atMost: 2_400 } },
};
const scaling = (scaleOutDelays: ScaleOutDelay[]) => ({
  capacityEmulated: true,
  timeScale: 20,
  instances: { atStart: 1, max: 2, atEnd: 2 },
  scaleOuts: scaleOutDelays.length,
  scaleIns: 0,
  scaleOutDelays,
});

describe('the delay of a scale-out on screen', () => {
  it('is a chain of its parts, and what was missed meanwhile by which limit', () => {
    expect(scaleOutLines(scaling([delay]), plainStyle, 200)).toEqual([
      '',
      '  scale-out 1 → 2 took 7m7s of cloud time until in service',
      '    to first minute over target 1m, to alarm 2m, to in service 4m7s; meanwhile 8 failed, 1,200 to 2,400 later than 200ms (p99 as expected)',
    ]);
  });

  it('names, of the scale-outs before, those alone that share what it missed', () => {
    const from = (fromMs: number, name: Pick<ScaleOutDelay, 'from' | 'to'>, shared = {}): ScaleOutDelay => ({
      ...delay,
      ...name,
      parts: [{ name: 'Asked for → in service', fromMs, toMs: fromMs + 100_000 }],
      missed: { ...delay.missed, ...shared },
    });
    const morning = from(0, { from: 1, to: 2 });
    const noon = from(1_000_000, { from: 2, to: 3 });
    const textOf = (shared: object) =>
      scaleOutLines(
        scaling([morning, noon, from(1_050_000, { from: 3, to: 4 }, { shared })]),
        plainStyle,
        200,
      ).at(-1);
    expect(textOf({ failed: 280, late: null })).toMatch(
      /; 280 failures of these are counted with 2 → 3, too$/,
    );
    expect(textOf({ failed: 1, late: null })).toMatch(/; 1 failure of these is counted with 2 → 3, too$/);
    expect(textOf({ failed: 2, late: { atLeast: 10, atMost: 20 } })).toMatch(
      /; 2 failures and 10 to 20 late answers of these are counted with 2 → 3, too$/,
    );
    expect(textOf({ failed: 0, late: { atLeast: 0, atMost: 0 } })).not.toContain('counted with');
  });

  it('says where the rest of many is', () => {
    const lines = scaleOutLines(scaling(Array.from({ length: 5 }, () => delay)), plainStyle, 200);
    expect(lines.at(-1)).toBe('  and 2 more scale-outs in result.json and the report');
  });

  it('is nothing where the fleet did not grow or nobody watched', () => {
    expect(scaleOutLines(scaling([]), plainStyle, 80)).toEqual([]);
    expect(scaleOutLines({}, plainStyle, 80)).toEqual([]);
  });
});
