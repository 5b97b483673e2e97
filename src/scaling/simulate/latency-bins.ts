/**
 * Response times as counts in bins whose edges grow by 2^(1/32), 2.2 % each: fractional counts, so that a model can
 * fill them, and one size whatever the load. Below the first edge (100 µs) everything falls into the first bin.
 */
export type LatencyBins = Float64Array;

const perOctave = 32;
const firstEdgeUs = 100;
/** 100 µs × 2^21 = 210 s, beyond every timeout. */
export const binCount = perOctave * 21 + 1;

/** Upper edge of each bin. */
export const binEdgesUs: Float64Array = Float64Array.from(
  { length: binCount },
  (_, bin) => firstEdgeUs * 2 ** (bin / perOctave),
);

function binOf(us: number): number {
  if (us <= firstEdgeUs) return 0;
  return Math.min(binCount - 1, Math.ceil(Math.log2(us / firstEdgeUs) * perOctave - 1e-9));
}

export function addBins(into: LatencyBins, from: LatencyBins, weight: number): void {
  if (weight === 0) return;
  for (let bin = 0; bin < binCount; bin++) into[bin] = into[bin]! + from[bin]! * weight;
}

/** Response times at these shares of all counts, ascending; null where nothing was counted. Linear within a bin. */
export function quantilesUs(bins: LatencyBins, shares: readonly number[]): number[] | null {
  let total = 0;
  for (let bin = 0; bin < binCount; bin++) total += bins[bin]!;
  if (total <= 1e-9) return null;
  const found: number[] = [];
  let below = 0;
  let bin = 0;
  for (const share of shares) {
    const wanted = Math.min(share, 1) * total * (1 - 1e-9);
    while (bin < binCount - 1 && below + bins[bin]! < wanted) below += bins[bin++]!;
    const low = bin === 0 ? 0 : binEdgesUs[bin - 1]!;
    const within = bins[bin]! > 0 ? Math.min(1, (wanted - below) / bins[bin]!) : 1;
    found.push(low + (binEdgesUs[bin]! - low) * within);
  }
  return found;
}

/** Counts above `us`. */
export function countAbove(bins: LatencyBins, us: number): number {
  const bin = binOf(us);
  const low = bin === 0 ? 0 : binEdgesUs[bin - 1]!;
  const high = binEdgesUs[bin]!;
  let count = bins[bin]! * Math.max(0, Math.min(1, (high - us) / (high - low)));
  for (let above = bin + 1; above < binCount; above++) count += bins[above]!;
  return count;
}
