import { userError } from '../../core/errors.ts';
import type { TraceProfile } from '../profile.ts';
import type { ArrivalSource, Stripe } from './intended-starts.ts';
import { readTrace } from './trace-lines.ts';

/** A trace's arrivals, or a stripe of them: arrivals i, i + n, i + 2n … of n stripes. */
export function openTrace(
  { file, durationMs }: TraceProfile,
  maxRequests: number | null,
  { stripe, stripes }: Stripe,
): ArrivalSource {
  const reader = readTrace(file);
  let left = maxRequests ?? Number.POSITIVE_INFINITY;
  let nextMs = 0;
  let nextPayload: string | null = null;

  const step = (by: number) => {
    for (let read = 1; read <= by; read++) {
      const arrival = left-- > 0 ? reader.next() : null;
      if (arrival === null || arrival.atMs >= durationMs) {
        left = 0;
        nextMs = Number.POSITIVE_INFINITY;
        return;
      }
      nextMs = arrival.atMs;
      nextPayload = arrival.payload;
    }
  };
  step(stripe + 1);
  return {
    get nextMs() {
      return nextMs;
    },
    get nextPayload() {
      return nextPayload;
    },
    advance: () => step(stripes),
    skipBefore(ms) {
      let skipped = 0;
      for (; nextMs < ms; skipped++) step(stripes);
      return skipped;
    },
    // A trace is what it is.
    follow() {},
    close: () => reader.close(),
  };
}

/**
 * Reads a whole trace once, before a run: that every line is good, how many arrivals it holds and when it ends.
 * @throws MlbenchError `no-trace`, `bad-trace`
 */
export function scanTrace(file: string, name = '--trace'): TraceProfile {
  const reader = readTrace(file, name);
  let arrivals = 0;
  let lastMs = 0;
  try {
    for (let next = reader.next(); next !== null; next = reader.next()) {
      arrivals++;
      lastMs = next.atMs;
    }
  } finally {
    reader.close();
  }
  if (arrivals === 0)
    throw userError(
      'bad-trace',
      `${name}: ${file} holds no arrivals`,
      'write one timestamp a line, in seconds',
    );
  return { model: 'trace', file, arrivals, durationMs: Math.floor(lastMs) + 1 };
}
