import { createDistribution, type LatencyDistribution } from './latency/distribution.ts';
import { fromHdrBase64 } from './latency/hdr-payload.ts';
import type { EncodedHistogram } from './latency/histogram.ts';
import { intervalLogVersion } from './schemas/versions.ts';
import { firstLineStart, type IntervalKind, type IntervalTag, tagText } from './writer/interval-log.ts';

/** The latencies of a run, interval by interval. Times are milliseconds since its load started. */
export interface IntervalLog {
  /** Epoch milliseconds. */
  startedAtMs: number;
  /** What there is, in order of first appearance. */
  tags: readonly IntervalTag[];
  /** In the order of the file. */
  intervals: readonly ReadInterval[];
  /**
   * The latencies of all intervals that begin within [fromMs, toMs), added up: any percentile of any stretch of time.
   * Exact in count and maximum; minimum and mean are right to 0.1 %.
   * @throws Error for a line that holds no histogram
   */
  between(tag: IntervalTag, fromMs?: number, toMs?: number): LatencyDistribution;
}

interface ReadInterval {
  tag: IntervalTag;
  fromMs: number;
  toMs: number;
  maxUs: number;
  /** @throws Error if the line holds none */
  histogram(): EncodedHistogram;
}

/**
 * Histograms are decoded when they are asked for.
 * @param content as `createIntervalLog` wrote it, whole
 * @throws Error with the line's number for what is none of its lines, and for a last line without an end
 */
export function readIntervalLog(content: Uint8Array): IntervalLog {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const intervals: ReadInterval[] = [];
  const tags = new Map<string, IntervalTag>();
  let startedAtMs: number | undefined;
  let number = 0;
  for (let from = 0; from < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) throw new Error(`line ${number + 1} is cut short`);
    const line = bytes.toString('latin1', from, end);
    from = end + 1;
    if (number === 0) checkFirstLine(line);
    else if (line.startsWith('#[StartTime: ')) startedAtMs = Number.parseFloat(line.slice(13)) * 1_000;
    else if (!line.startsWith('#') && !line.startsWith('"')) {
      const interval = intervalOf(line, number + 1, (length) => bytes.toString('latin1', end - length, end));
      tags.set(tagText(interval.tag), interval.tag);
      intervals.push(interval);
    }
  }
  if (startedAtMs === undefined || !Number.isFinite(startedAtMs)) throw new Error('it has no StartTime');
  return {
    startedAtMs: Math.round(startedAtMs),
    tags: [...tags.values()],
    intervals,
    between(tag, fromMs = 0, toMs = Number.POSITIVE_INFINITY) {
      const asked = tagText(tag);
      const distribution = createDistribution();
      for (const interval of intervals) {
        if (interval.fromMs >= fromMs && interval.fromMs < toMs && tagText(interval.tag) === asked)
          distribution.add(interval.histogram());
      }
      return distribution;
    },
  };
}

function checkFirstLine(line: string): void {
  if (!line.startsWith(firstLineStart)) throw new Error('it is no interval log of mlbench');
  const version = Number.parseInt(line.slice(firstLineStart.length), 10);
  if (version !== intervalLogVersion)
    throw new Error(`it has version ${version}; this mlbench reads version ${intervalLogVersion}`);
}

const seconds = '(\\d{1,12}\\.\\d{3})';
const linePattern = new RegExp(`^Tag=([^, ]+),${seconds},${seconds},(\\d{1,10}),([A-Za-z0-9+/]+={0,2})$`);

/** @param lastOf the line's last characters, read again when they are needed: a long run's log is large */
function intervalOf(line: string, number: number, lastOf: (length: number) => string): ReadInterval {
  const [, tagPart = '', start = '', length = '', max = '', base64 = ''] = linePattern.exec(line) ?? [];
  const tag = parseTag(tagPart);
  if (tag === undefined) throw new Error(`line ${number} is no interval`);
  const fromMs = Math.round(Number(start) * 1_000);
  const maxUs = Number(max);
  const { length: base64Length } = base64;
  return {
    tag,
    fromMs,
    toMs: fromMs + Math.round(Number(length) * 1_000),
    maxUs,
    histogram() {
      try {
        return fromHdrBase64(lastOf(base64Length), maxUs);
      } catch (error) {
        throw new Error(`line ${number}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
  };
}

function parseTag(text: string): IntervalTag | undefined {
  const slash = text.indexOf('/');
  const kind = slash < 0 ? text : text.slice(0, slash);
  if (!isKind(kind)) return undefined;
  if (slash < 0) return { kind };
  const name = text.slice(slash + 1);
  return { kind, name: name === '*' ? null : percentDecoded(name) };
}

function isKind(text: string): text is IntervalKind {
  return text === 'response' || text === 'service' || text === 'warmup';
}

function percentDecoded(text: string): string {
  const binary = text.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(binary, 'latin1').toString('utf8');
}
