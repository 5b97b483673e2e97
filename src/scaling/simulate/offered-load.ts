/** What callers offer over time, as `simulate` needs it: a level that is linear between points. Times are cloud milliseconds. */
export interface OfferedLoad {
  /** Arrivals a second, or users who wait for answers. */
  model: OpenModel | ClosedModel;
  /** In order of time from 0; two points at one instant are a step. Before the first and after the last the level is 0. */
  points: readonly LoadPoint[];
}

export interface LoadPoint {
  atMs: number;
  level: number;
}

interface OpenModel {
  kind: 'open';
  /** Evenly spaced, or random as of many independent callers. */
  arrivals: 'constant' | 'poisson';
}

interface ClosedModel {
  kind: 'closed';
  /** `pause`: after each answer; `pacing`: from one start to the next, or at once if the answer took longer. */
  wait: { kind: 'pause' | 'pacing'; meanMs: number };
}

export interface LoadCurve {
  endMs: number;
  /** Mean level over [fromMs, toMs). */
  mean(fromMs: number, toMs: number): number;
  /** The level just after `atMs`. */
  at(atMs: number): number;
  /** The first instant after `atMs` at which the slope or the level changes; infinite after the last. */
  nextChangeMs(atMs: number): number;
}

/**
 * Area under the points, exactly:
 *
 *   A(t) = Σ (tᵢ₊₁ − tᵢ)(lᵢ + lᵢ₊₁)/2 up to t        mean(a, b) = (A(b) − A(a)) / (b − a)
 */
export function createLoadCurve(load: OfferedLoad): LoadCurve {
  const { points } = load;
  const areas = [0];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    areas.push(areas[i - 1]! + ((b.atMs - a.atMs) * (a.level + b.level)) / 2);
  }
  /** Index of the last point at or before `atMs`; −1 before the first. */
  const indexAt = (atMs: number) => {
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points[middle]!.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const levelFrom = (index: number, atMs: number) => {
    const [a, b] = [points[index], points[index + 1]];
    if (!a || !b) return 0;
    return a.level + ((b.level - a.level) * (atMs - a.atMs)) / (b.atMs - a.atMs);
  };
  const areaTo = (atMs: number) => {
    const index = indexAt(atMs);
    const from = points[index];
    if (!from) return 0;
    return areas[index]! + ((atMs - from.atMs) * (from.level + levelFrom(index, atMs))) / 2;
  };
  const endMs = points.at(-1)?.atMs ?? 0;
  return {
    endMs,
    mean: (fromMs, toMs) => {
      const index = indexAt(fromMs);
      // Most questions lie within one straight piece: its middle is the mean.
      if ((points[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) >= toMs)
        return levelFrom(index, (fromMs + toMs) / 2);
      return (areaTo(Math.min(toMs, endMs)) - areaTo(Math.min(fromMs, endMs))) / (toMs - fromMs);
    },
    at: (atMs) => levelFrom(indexAt(atMs), atMs),
    nextChangeMs: (atMs) => points[indexAt(atMs) + 1]?.atMs ?? Number.POSITIVE_INFINITY,
  };
}
