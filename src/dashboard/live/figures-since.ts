import type { Interval } from '../../load/measure/interval.ts';
import type { Totals } from '../../load/measure/totals.ts';
import {
  createDistribution,
  type LatencyDistribution,
  summariseLatency,
} from '../../record/latency/distribution.ts';
import type { NamedRequests, RunResult } from '../../record/schemas/result.ts';

/** Figures that count from an instant on, whatever was before; exact, for histograms are added up, not taken apart. */
export interface FiguresSince {
  atMs: number;
  add(interval: Interval): void;
  /** @param result of the whole run up to now; checks and expectations stay what they are of the whole run */
  of(result: RunResult, totals: Totals, elapsedMs: number): RunResult;
}

interface Counts {
  succeeded: number;
  failed: number;
  bodyBytes: number;
}

/** @param before the result and the totals of that instant */
export function createFiguresSince(before: RunResult, totals: Totals, atMs: number): FiguresSince {
  const response = createDistribution();
  const named = new Map<string, LatencyDistribution>();
  const countsBefore = countsByName(totals);
  const bytesBefore = totals.bodyBytes;
  return {
    atMs,
    add({ histograms }) {
      response.add(histograms.response);
      for (const one of histograms.named) {
        const known = named.get(one.name) ?? createDistribution();
        known.add(one.response);
        named.set(one.name, known);
      }
    },
    of(result, now, elapsedMs) {
      const seconds = Math.max(0.001, (elapsedMs - atMs) / 1_000);
      const requests = countsSince(result.requests, before.requests);
      return {
        ...result,
        requests: { ...requests, inFlightAtEnd: result.requests.inFlightAtEnd },
        ...(result.warmup === undefined
          ? {}
          : { warmup: { ...result.warmup, ...warmupSince(result.warmup, before.warmup) } }),
        rateRps: {
          ...result.rateRps,
          intended: null,
          achieved: (requests.succeeded + requests.failed) / seconds,
        },
        meanBodyBytes: meanBytes(now.bodyBytes - bytesBefore, requests),
        latencyUs: { ...result.latencyUs, response: summariseLatency(response) },
        ...namesSince(now, countsBefore, named),
        errors: grownBy(result.errors, before.errors, ({ kind, status, message, name = '' }) =>
          JSON.stringify([kind, status, message, name]),
        ),
        exceptions: grownBy(result.exceptions ?? [], before.exceptions ?? [], ({ message, traceback }) =>
          JSON.stringify([message, traceback]),
        ),
      };
    },
  };
}

function meanBytes(bytes: number, { succeeded, failed }: Pick<Counts, 'succeeded' | 'failed'>): number {
  const ended = succeeded + failed;
  return ended === 0 ? 0 : Math.round((bytes / ended) * 10) / 10;
}

function countsSince(now: RunResult['requests'], before: RunResult['requests']): RunResult['requests'] {
  return {
    intended: now.intended - before.intended,
    sent: now.sent - before.sent,
    succeeded: now.succeeded - before.succeeded,
    failed: now.failed - before.failed,
    dropped: now.dropped - before.dropped,
    inFlightAtEnd: now.inFlightAtEnd,
  };
}

type Warmup = NonNullable<RunResult['warmup']>;

function warmupSince(now: Warmup, before: Warmup | undefined): Omit<Warmup, 'seconds'> {
  const { sent = 0, succeeded = 0, failed = 0 } = before ?? {};
  return { sent: now.sent - sent, succeeded: now.succeeded - succeeded, failed: now.failed - failed };
}

function countsByName({ named }: Totals): Map<string, Counts> {
  return new Map(
    named.map(({ name, succeeded, failed, bodyBytes }) => [name, { succeeded, failed, bodyBytes }]),
  );
}

function namesSince(
  now: Totals,
  before: ReadonlyMap<string, Counts>,
  responses: ReadonlyMap<string, LatencyDistribution>,
): Pick<RunResult, 'requestsByName'> {
  if (now.named.length === 0) return {};
  const rows = now.named.map(({ name, method, succeeded, failed, bodyBytes }): [string, NamedRequests] => {
    const known = before.get(name) ?? { succeeded: 0, failed: 0, bodyBytes: 0 };
    const since = { succeeded: succeeded - known.succeeded, failed: failed - known.failed };
    return [
      name,
      {
        method,
        ...since,
        meanBodyBytes: meanBytes(bodyBytes - known.bodyBytes, since),
        responseUs: summariseLatency(responses.get(name) ?? createDistribution()),
      },
    ];
  });
  return { requestsByName: Object.fromEntries(rows) };
}

/** What has come since: groups that have not grown are left out. */
function grownBy<Group extends { count: number }>(
  now: readonly Group[],
  before: readonly Group[],
  keyOf: (group: Group) => string,
): Group[] {
  const known = new Map(before.map((group) => [keyOf(group), group.count]));
  return now
    .map((group) => ({ ...group, count: group.count - (known.get(keyOf(group)) ?? 0) }))
    .filter(({ count }) => count > 0);
}
