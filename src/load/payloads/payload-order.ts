/**
 * Which record the run's n-th request carries. Pure and global: however many workers send, request n carries the same
 * record.
 */
export type PayloadOrder = (request: number) => number;

/** In the file's order, from its start again after its end. */
export function sequentialOrder(count: number): PayloadOrder {
  return (request) => request % count;
}

/** At random, the same for the same seed; by weight if there are any. */
export function randomOrder(count: number, weightSums: Float64Array | null, seed: number): PayloadOrder {
  if (weightSums === null) return (request) => Math.floor(fractionOf(seed, request) * count);
  const total = weightSums[count - 1]!;
  return (request) => firstAbove(weightSums, fractionOf(seed, request) * total);
}

/**
 * The numbers of a worker's requests, one after the other. With a number of requests to send, each worker takes a run
 * of its own of them, so that together they carry each record as often as one worker alone would; else they take turns.
 */
export function createNumbering(worker: number, workers: number, firstOfShare: number | null): () => number {
  let next = firstOfShare ?? worker;
  const step = firstOfShare === null ? workers : 1;
  return () => {
    const number = next;
    next += step;
    return number;
  };
}

/** The least index whose running sum is above `value`. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Uniform in [0, 1): splitmix32's output function over a counter (Steele et al., "Fast splittable pseudorandom number
 * generators").
 */
function fractionOf(seed: number, request: number): number {
  const low = mix(mix(seed) + Math.imul(request | 0, 0x9e3779b9));
  const high = mix(low ^ mix((request / 4_294_967_296) | 0) ^ 0x5bd1e995);
  return (low * 2_097_152 + (high >>> 11)) / 9_007_199_254_740_992;
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
