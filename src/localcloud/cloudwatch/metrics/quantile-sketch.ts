/**
 * Percentiles of many values in little memory: weights counted in bins that grow geometrically, so that a quantile is
 * within `relativeError` of a value that was really recorded. Sketches merge by adding bins, without loss.
 *
 * Values of 0 have a bin of their own; fractions need no special care (1/n falls into a bin below index 0). Negative
 * values have no percentiles at CloudWatch either, and are not held here.
 *
 * Source of the idea: Masson, Rim, Lee, "DDSketch", VLDB 2019.
 */
export interface QuantileSketch {
  zeroWeight: number;
  /** Bin i holds values in (γ^(i-1), γ^i]. While it is written to. */
  open: Map<number, number> | undefined;
  /** The same, sorted and compact, once its period is over. */
  indexes: Int16Array;
  weights: Float32Array;
}

export const relativeError = 0.005;

const gamma = (1 + relativeError) / (1 - relativeError);
const perLog = 1 / Math.log(gamma);
const lowestIndex = -32_768;

export function createSketch(): QuantileSketch {
  return { zeroWeight: 0, open: undefined, indexes: noIndexes, weights: noWeights };
}

export function addToSketch(sketch: QuantileSketch, value: number, weight: number): void {
  if (value === 0) {
    sketch.zeroWeight += weight;
    return;
  }
  const bins = opened(sketch);
  // Sixteen bits hold all of CloudWatch's range (2^±360); what is smaller still shares the lowest bin.
  const index = Math.max(lowestIndex, Math.ceil(Math.log(value) * perLog));
  bins.set(index, (bins.get(index) ?? 0) + weight);
}

export function mergeSketch(into: QuantileSketch, from: QuantileSketch): void {
  into.zeroWeight += from.zeroWeight;
  const bins = opened(into);
  if (from.open) {
    for (const [index, weight] of from.open) bins.set(index, (bins.get(index) ?? 0) + weight);
    return;
  }
  for (let i = 0; i < from.indexes.length; i++) {
    const index = from.indexes[i]!;
    bins.set(index, (bins.get(index) ?? 0) + from.weights[i]!);
  }
}

/** Makes the sketch compact; it can still be written to, at the price of opening it again. */
export function closeSketch(sketch: QuantileSketch): void {
  if (!sketch.open) return;
  const bins = [...sketch.open].sort((a, b) => a[0] - b[0]);
  sketch.indexes = Int16Array.from(bins, (bin) => bin[0]);
  sketch.weights = Float32Array.from(bins, (bin) => bin[1]);
  sketch.open = undefined;
}

/**
 * The smallest value that at least `fraction` of the weight does not exceed (nearest rank).
 * @param fraction 0…1
 * @returns undefined for an empty sketch.
 */
export function quantile(sketch: QuantileSketch, fraction: number): number | undefined {
  const bins: Iterable<[number, number]> = sketch.open
    ? [...sketch.open].sort((a, b) => a[0] - b[0])
    : zip(sketch.indexes, sketch.weights);
  const ordered = [...bins];
  const total = ordered.reduce((sum, [, weight]) => sum + weight, sketch.zeroWeight);
  if (total <= 0) return undefined;
  // Weights are sums of fractions: without the slack, p100 of 0.1 + 0.2 could fall off the end.
  const wanted = fraction * total * (1 - 1e-12);
  let seen = sketch.zeroWeight;
  if (seen > 0 && seen >= wanted) return 0;
  let last = 0;
  for (const [index, weight] of ordered) {
    seen += weight;
    last = binMiddle(index);
    if (seen >= wanted) return last;
  }
  return last;
}

const noIndexes = new Int16Array(0);
const noWeights = new Float32Array(0);

/** The value whose relative distance to both ends of the bin is the same. */
function binMiddle(index: number): number {
  return (2 * gamma ** index) / (gamma + 1);
}

function opened(sketch: QuantileSketch): Map<number, number> {
  if (!sketch.open) {
    sketch.open = new Map(zip(sketch.indexes, sketch.weights));
    sketch.indexes = noIndexes;
    sketch.weights = noWeights;
  }
  return sketch.open;
}

function* zip(indexes: Int16Array, weights: Float32Array): Generator<[number, number]> {
  for (let i = 0; i < indexes.length; i++) yield [indexes[i]!, weights[i]!];
}
