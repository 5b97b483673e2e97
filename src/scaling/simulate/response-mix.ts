import { addBins, binCount, quantilesUs } from './latency-bins.ts';
import type { Regime } from './queue-model.ts';

const shownShares = [0.5, 0.95, 0.99, 0.999];

/** How many requests met which regime: their response times together. */
export class ResponseMix {
  readonly #weights = new Map<Regime, number>();

  add(regime: Regime, requests: number): void {
    this.#weights.set(regime, (this.#weights.get(regime) ?? 0) + requests);
  }

  addAll(other: ResponseMix): void {
    for (const [regime, requests] of other.#weights) this.add(regime, requests);
  }

  clear(): void {
    this.#weights.clear();
  }

  /** p50, p95, p99 and p99.9 in µs; null without requests. */
  quantilesUs(): number[] | null {
    const [only] = this.#weights.keys();
    if (!only) return null;
    if (this.#weights.size === 1) return quantilesOf(only);
    const bins = new Float64Array(binCount);
    for (const [regime, requests] of this.#weights) addBins(bins, regime.response, requests);
    return quantilesUs(bins, shownShares);
  }
}

const known = new WeakMap<Regime, number[]>();

/** A load that holds still meets one regime for many minutes. */
function quantilesOf(regime: Regime): number[] | null {
  let found = known.get(regime);
  if (!found) {
    found = quantilesUs(regime.response, shownShares) ?? [];
    known.set(regime, found);
  }
  return found.length > 0 ? found : null;
}
