import type uPlot from 'uplot';
import type { AxisSpec } from './panels.ts';

/** Steps of a clock: no 25-second ticks. Seconds. */
export const clockIncrements = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];

export function scaleOf(kind: AxisSpec['kind']): uPlot.Scale {
  if (kind === 'log') return { distr: 3, log: 10, range: logRange };
  return { range: (_plot, _least, greatest) => [0, roundUp(greatest ?? 0, kind === 'count')] };
}

/** 1, 2, 5 of each decade: what a log axis is read by. */
export function logSplits(least: number, greatest: number): number[] {
  const splits: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(least)); decade <= greatest; decade *= 10) {
    for (const factor of [1, 2, 5]) {
      const split = Number((decade * factor).toPrecision(3));
      if (split >= least && split <= greatest) splits.push(split);
    }
  }
  if (splits.length <= 8) return splits;
  return splits.filter(
    (split) => Number.isInteger(Math.log10(split)) || Math.abs(Math.log10(split) % 1) < 1e-9,
  );
}

function logRange(_plot: uPlot, least: number | null, greatest: number | null): [number, number] {
  const low = least && least > 0 ? least : 1;
  const high = greatest && greatest > 0 ? greatest : 10;
  return [low / 1.3, Math.max(high * 1.3, low * 4)];
}

/** Room above the highest value; counts end on a whole number. */
function roundUp(greatest: number, whole: boolean): number {
  if (!(greatest > 0)) return 1;
  return whole && greatest < 20 ? Math.ceil(greatest) + (greatest < 5 ? 0.5 : 1) : greatest * 1.12;
}
