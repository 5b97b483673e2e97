import { toHdrBase64 } from '../latency/hdr-payload.ts';
import type { EncodedHistogram } from '../latency/histogram.ts';
import { mergeHistograms } from '../latency/merge-histograms.ts';
import { intervalLogVersion } from '../schemas/versions.ts';

/** What a histogram of the log is of. Never of one worker or agent: those are added up. */
export interface IntervalTag {
  /** `warmup`: response times of requests that began in the warm-up, which are in no other kind. */
  kind: IntervalKind;
  /** With a scenario: one of its named requests; null: those beyond the twentieth name. Absent: all requests. */
  name?: string | null;
}
export type IntervalKind = 'response' | 'service' | 'warmup';

/** What was measured in an interval of the run. */
export interface LoggedInterval {
  /** When the load started, epoch milliseconds; the same for all intervals of a run. */
  startedAtMs: number;
  /** Milliseconds since then. */
  fromMs: number;
  toMs: number;
  /** Of any number of workers: what has the same tag is added up. */
  histograms: readonly { tag: IntervalTag; histogram: EncodedHistogram }[];
}

/** Each name is a line a second. */
export const mostLoggedNames = 20;

/**
 * `intervals.hlog`: HdrHistogram's interval log, format version 1.3, values in microseconds
 * (https://github.com/HdrHistogram/HdrHistogram, `HistogramLogWriter`). A line an interval and tag:
 *
 *   Tag=response,12.000,1.001,52416,HISTFAAA…    start and length in seconds since StartTime, the exact maximum in µs, counts
 *
 * Tags are a kind, or a kind and a request's name: `response/list`. What a tag may not hold is percent-encoded in
 * names, and `response/*` is what the names beyond the twentieth have in common.
 *
 * Counts are exact; a value is its bucket's, right to 0.1 %. Minimum and sum are therefore not exact, the maximum is.
 *
 * @param append told of whole lines, once an interval; the first with the head in front
 */
export function createIntervalLog(append: (lines: string) => void): {
  append(interval: LoggedInterval): void;
} {
  const names = new Set<string>();
  let begun = false;
  const bounded = ({ kind, name }: IntervalTag): IntervalTag => {
    if (name === undefined || name === null || names.has(name))
      return name === undefined ? { kind } : { kind, name };
    if (names.size >= mostLoggedNames) return { kind, name: null };
    names.add(name);
    return { kind, name };
  };
  return {
    append({ startedAtMs, fromMs, toMs, histograms }) {
      const byTag = Map.groupBy(histograms, ({ tag }) => tagText(bounded(tag)));
      const start = (fromMs / 1_000).toFixed(3);
      const length = ((toMs - fromMs) / 1_000).toFixed(3);
      let lines = begun ? '' : headOf(startedAtMs);
      for (const [tag, parts] of byTag) {
        const merged = mergeHistograms(parts.map(({ histogram }) => histogram));
        if (merged.max === null) continue;
        lines += `Tag=${tag},${start},${length},${merged.max},${toHdrBase64(merged)}\n`;
      }
      if (lines === '') return;
      begun = true;
      append(lines);
    },
  };
}

export function tagText({ kind, name }: IntervalTag): string {
  if (name === undefined) return kind;
  return `${kind}/${name === null ? '*' : percentEncoded(name)}`;
}

/**
 * By bytes of UTF-8; a tag ends at a comma, a space or a line's end, and some readers take no other characters than
 * these.
 */
function percentEncoded(name: string): string {
  return Array.from(Buffer.from(name), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

export const firstLineStart = '#mlbench intervals, version ';

function headOf(startedAtMs: number): string {
  return [
    `${firstLineStart}${intervalLogVersion}: values and Interval_Max are microseconds, times seconds since StartTime`,
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${(startedAtMs / 1_000).toFixed(3)} (seconds since epoch), ${new Date(startedAtMs).toISOString()}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    '',
  ].join('\n');
}
