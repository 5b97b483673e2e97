import { basename, resolve } from 'node:path';
import type { ContentFile, ContentRef } from '../../core/content.ts';
import { userError } from '../../core/errors.ts';
import type { ArrivalSource, Stripe } from './arrivals.ts';
import { openRegularFile } from './line-file.ts';
import { readTrace, shortened } from './trace-file.ts';

/** A trace's arrivals before `endMs`, or a stripe of them: arrivals i, i + n, i + 2n … of n stripes. */
export function openTrace(
  file: ContentFile,
  { endMs, maxRequests }: { endMs: number; maxRequests: number | null },
  { stripe, stripes }: Stripe,
): ArrivalSource {
  const reader = readTrace(file, `--trace ${file.path}`);
  let left = maxRequests ?? Number.POSITIVE_INFINITY;
  let nextMs = 0;
  let nextPayload: string | null = null;

  const step = (by: number) => {
    for (let read = 1; read <= by; read++) {
      const arrival = left-- > 0 ? reader.next() : null;
      if (arrival === null || arrival.atMs >= endMs) {
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

export interface ScannedTrace {
  content: ContentRef;
  /** Absolute. */
  path: string;
  /** Those before the end. */
  arrivals: number;
  /** Of the first and the last of all. */
  firstMs: number;
  lastMs: number;
}

/**
 * Reads a whole trace once, before a run: that every line is good, what it holds, and what identifies it.
 * @param endMs what comes at it or later is not counted
 * @throws MlbenchError `no-trace`, `bad-trace`
 */
export function scanTrace(file: string, endMs = Number.POSITIVE_INFINITY, name = '--trace'): ScannedTrace {
  const reader = readTrace(openRegularFile(file, name), `${name} ${file}`, true);
  let arrivals = 0;
  let firstMs: number | undefined;
  let lastMs = 0;
  try {
    for (let next = reader.next(); next !== null; next = reader.next()) {
      firstMs ??= next.atMs;
      lastMs = next.atMs;
      if (lastMs < endMs) arrivals++;
    }
    if (firstMs === undefined)
      throw userError(
        'bad-trace',
        `${name}: ${file} holds no arrivals`,
        'write one timestamp a line, in seconds',
      );
    const content = { ...reader.content(), name: basename(file) };
    return { content, path: resolve(file), arrivals, firstMs, lastMs };
  } finally {
    reader.close();
  }
}

/**
 * Whether each payload that a trace names is there.
 * @param records how many the data file holds; null without one
 * @throws MlbenchError `bad-trace` with the line's number
 */
export function checkTracePayloads(file: ContentFile, records: number | null): void {
  const called = `--trace ${file.path}`;
  const reader = readTrace(file, called);
  try {
    for (let next = reader.next(); next !== null; next = reader.next()) {
      if (next.payload === null) continue;
      const where = `${called}, line ${next.line}, names the payload "${shortened(next.payload)}"`;
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
