import {
  createDistribution,
  type LatencyDistribution,
  summariseLatency,
} from '../../record/latency/distribution.ts';
import type { NamedRequests } from '../../record/schemas/result.ts';
import type { NamedInterval } from './snapshot.ts';

/** A named request of a scenario over the whole run so far, warm-up excluded. */
export interface NamedTotals {
  name: string;
  method: string;
  succeeded: number;
  failed: number;
  bodyBytes: number;
  response: LatencyDistribution;
}

/** Adds up what the workers measured of each name. */
export function createNamedTotals(): { add(interval: NamedInterval): void; list(): NamedTotals[] } {
  const byName = new Map<string, NamedTotals>();
  return {
    add({ name, method, succeeded, failed, bodyBytes, response }) {
      let totals = byName.get(name);
      if (totals === undefined) {
        totals = { name, method, succeeded: 0, failed: 0, bodyBytes: 0, response: createDistribution() };
        byName.set(name, totals);
      }
      totals.succeeded += succeeded;
      totals.failed += failed;
      totals.bodyBytes += bodyBytes;
      totals.response.add(response);
    },
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

export function toNamedRequests(totals: NamedTotals): NamedRequests {
  const { method, succeeded, failed, bodyBytes, response } = totals;
  const ended = succeeded + failed;
  return {
    method,
    succeeded,
    failed,
    meanBodyBytes: ended === 0 ? 0 : Math.round((bodyBytes / ended) * 10) / 10,
    responseUs: summariseLatency(response),
  };
}
