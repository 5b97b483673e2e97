import type { KnownFleet, LoadProgress } from './load-progress.ts';

/** One second of a load, for a line of the last ones. */
interface Second {
  /** Null for users, who want what they get. */
  offeredRps: number | null;
  sentRps: number;
  answeredRps: number;
  p99Us: number | null;
  /** Null: none is seen. */
  instances: number | null;
}

/** The last seconds of a load, the newest at the end. */
export type LoadHistory = readonly Second[];

/** More than any terminal has columns for. */
const mostSeconds = 200;

export function withSecond(
  history: LoadHistory,
  { interval }: LoadProgress,
  fleet: KnownFleet | undefined,
): LoadHistory {
  const { offeredRateRps, endedRateRps, counts, intervalMs, response } = interval;
  const second: Second = {
    offeredRps: offeredRateRps,
    sentRps: intervalMs > 0 ? (counts.sent * 1_000) / intervalMs : 0,
    answeredRps: endedRateRps,
    p99Us: response.percentile(99),
    instances: fleet === undefined || fleet.lastSeen !== null ? null : fleet.current,
  };
  return [...history, second].slice(-mostSeconds);
}
