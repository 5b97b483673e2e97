import { createRandom } from '../../../src/core/random.ts';
import { quantileOf, type ServiceTime } from '../../../src/scaling/simulate/service-time.ts';

export interface DiscreteRun {
  rps: number;
  arrivals: 'constant' | 'poisson';
  instances: number;
  concurrency: number;
  queue: number;
  service: ServiceTime;
  seconds: number;
  /** What happens before is left out. */
  warmupSeconds: number;
  seed: number;
}

/** Each request by itself: arrives, goes to an instance chosen at random, waits for a slot, is served, or finds the queue full. */
export function runDiscrete(run: DiscreteRun): { responseUs: number[]; refusedShare: number } {
  const random = createRandom(run.seed);
  const serviceUs = quantileOf(run.service);
  const slots = Array.from({ length: run.instances }, () => new Float64Array(run.concurrency));
  /** Starts, in order, of those that have been admitted; the waiting ones are those still to come. */
  const starts = Array.from({ length: run.instances }, (): { at: number[]; first: number } => ({
    at: [],
    first: 0,
  }));
  const responseUs: number[] = [];
  let refused = 0;
  let offered = 0;
  const gapUs = 1_000_000 / run.rps;
  for (let nowUs = 0; nowUs < run.seconds * 1_000_000; ) {
    nowUs += run.arrivals === 'constant' ? gapUs : random.exponential(gapUs);
    const instance = random.int(run.instances);
    const free = slots[instance]!;
    const waiting = starts[instance]!;
    while (waiting.first < waiting.at.length && waiting.at[waiting.first]! <= nowUs) waiting.first += 1;
    const counted = nowUs >= run.warmupSeconds * 1_000_000;
    if (counted) offered += 1;
    let soonest = 0;
    for (let slot = 1; slot < free.length; slot++) if (free[slot]! < free[soonest]!) soonest = slot;
    const startUs = Math.max(nowUs, free[soonest]!);
    if (startUs > nowUs && waiting.at.length - waiting.first >= run.queue) {
      if (counted) refused += 1;
      continue;
    }
    const endUs = startUs + serviceUs(Math.min(1 - 1e-9, Math.max(1e-9, random.next())));
    free[soonest] = endUs;
    if (startUs > nowUs) waiting.at.push(startUs);
    if (counted) responseUs.push(endUs - nowUs);
  }
  return { responseUs: responseUs.sort((a, b) => a - b), refusedShare: refused / offered };
}

export function shareUs(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
