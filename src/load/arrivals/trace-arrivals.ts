import { userError } from '../../core/errors.ts';
import type { TraceProfile } from '../profile.ts';
import type { ArrivalSource, Stripe } from './intended-starts.ts';
import { readTrace, shortened } from './trace-lines.ts';

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

/**
 * Whether each payload that a trace names is there.
 * @param records how many the data file holds; null without one
 * @throws MlbenchError `bad-trace` with the line's number
 */
export function checkTracePayloads(file: string, records: number | null, name = '--trace'): void {
  const reader = readTrace(file, name);
  try {
    for (let next = reader.next(); next !== null; next = reader.next()) {
      if (next.payload === null) continue;
      const where = `${name} ${file}, line ${next.line}, names the payload "${shortened(next.payload)}"`;
      if (records === null)
        throw userError(
          'bad-trace',
          `${where}, and there is no --data`,
          'add --data, or leave out the second column',
        );
      const number = /^\d{1,15}$/.test(next.payload) ? Number(next.payload) : 0;
      if (number < 1 || number > records)
        throw userError(
          'bad-trace',
          `${where}, and --data holds ${records}`,
          `name a record by its number, 1 to ${records}`,
        );
    }
  } finally {
    reader.close();
  }
}
