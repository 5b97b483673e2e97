import { userError } from '../../core/errors.ts';
import { longestLoadMs } from '../levels/bounds.ts';
import { type LineSource, openLines } from './line-file.ts';

/** One arrival of a trace; `atMs` counts from the run's start. */
interface TraceArrival {
  atMs: number;
  /** The number of a record in the data file, as it stands there. */
  payload: string | null;
  /** From 1. */
  line: number;
}

/** Reads a trace from front to back. */
export interface TraceReader {
  /** Null at the end. @throws MlbenchError `bad-trace` with the line's number */
  next(): TraceArrival | null;
  /** Of all that was read, if it was opened to be hashed. */
  content(): { sha256: string; sizeBytes: number };
  close(): void;
}

/**
 * A trace is a text file of one arrival a line, in order of time: `timestamp` or `timestamp,payload`. A timestamp is
 * one of
 *
 *   0.25                        seconds from the run's start
 *   1735689600.25               from 1e9 on: seconds of the Unix epoch
 *   1735689600250               from 1e11 on: milliseconds of the Unix epoch
 *   2025-01-01T00:00:00.25Z     ISO 8601, with a zone
 *
 * Of instants, the first line's is the run's start; one trace holds either instants or seconds from the start. Empty
 * lines, lines that begin with `#` and a heading in the first line with anything in it are passed over.
 *
 * @param file what refusals call it
 */
export function readTrace(source: LineSource, file: string, hashes = false): TraceReader {
  const lines = openLines(source, hashes);
  const bad: Refuse = (why, remedy = lineRemedy) =>
    userError('bad-trace', `${file}, line ${lines.lineNumber}: ${why}`, remedy);
  const offsetOf = createOffsets(bad);
  let begun = false;

  const nextText = (): string | null => {
    for (;;) {
      const raw = lines.next(bad);
      if (raw === null) return null;
      const text = raw.trim();
      if (text !== '' && !text.startsWith('#')) return text;
    }
  };
  return {
    next() {
      for (;;) {
        const text = nextText();
        if (text === null) return null;
        const isFirst = !begun;
        begun = true;
        const comma = text.indexOf(',');
        const stamp = unquoted(comma < 0 ? text : text.slice(0, comma).trimEnd());
        const timestamp = parseTimestamp(stamp);
        if (timestamp === 'no-zone')
          throw bad(
            `"${shortened(stamp)}" has no zone`,
            'end each time with Z for UTC, or with its offset, such as +01:00',
          );
        if (timestamp === null) {
          if (isFirst && /^[A-Za-z]/.test(stamp)) continue;
          throw bad(`"${shortened(stamp)}" is not a timestamp`);
        }
        const payload = comma < 0 ? '' : text.slice(comma + 1).trim();
        if (payload.includes(',')) throw bad(`it has more than two columns: "${shortened(text)}"`);
        const named = payload === '' ? null : Buffer.from(payload, 'latin1').toString('utf8');
        return { atMs: offsetOf(stamp, timestamp), payload: named, line: lines.lineNumber };
      }
    },
    content: lines.content,
    close: lines.close,
  };
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

type Refuse = (why: string, remedy?: string) => Error;

/** Milliseconds from the run's start, of one timestamp after the other. */
function createOffsets(bad: Refuse): (stamp: string, timestamp: Timestamp) => number {
  /** Of the first; undefined before it. `originMs` is what its kind counts from. */
  let kind: Timestamp['kind'] | undefined;
  let originMs = 0;
  let lastMs = 0;
  return (stamp, timestamp) => {
    if (kind === undefined && timestamp.kind === 'instant') originMs = timestamp.ms;
    kind ??= timestamp.kind;
    if (timestamp.kind !== kind)
      throw bad(
        `${shortened(stamp)} ${kind === 'offset' ? 'is an instant' : 'counts from the start'}, unlike the lines before it`,
        'write either instants or seconds from the start throughout',
      );
    const atMs = timestamp.ms - originMs;
    if (atMs < lastMs) throw bad(`${shortened(stamp)} is earlier than the line before it`);
    if (atMs >= longestLoadMs)
      throw bad(
        `${shortened(stamp)} is more than 35 days after the start`,
        'cut the trace into shorter ones',
      );
    lastMs = atMs;
    return atMs;
  };
}

interface Timestamp {
  kind: 'offset' | 'instant';
  ms: number;
}

/** Null for what is none. */
function parseTimestamp(text: string): Timestamp | 'no-zone' | null {
  if (/^\d+(\.\d*)?$/.test(text)) {
    const value = Number(text);
    if (value >= epochMillisecondsFrom) return { kind: 'instant', ms: value };
    return { kind: value >= epochSecondsFrom ? 'instant' : 'offset', ms: value * 1_000 };
  }
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (parts === null) return null;
  const [, date, minute = '00:00', second = ':00', fraction = '', zone] = parts;
  if (zone === undefined) return 'no-zone';
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = Date.parse(`${date}T${minute}${second}${offset}`);
  // Date.parse knows no more than milliseconds.
  return Number.isNaN(ms) ? null : { kind: 'instant', ms: ms + Number(`0${fraction}`) * 1_000 };
}

/** As spreadsheets write text. */
function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

const lineRemedy =
  'write one arrival a line, in order of time: seconds or an ISO 8601 instant, then perhaps a comma and a payload';
/** A number from here on (2001) is of the Unix epoch: in seconds, and from the other on in milliseconds. */
const epochSecondsFrom = 1e9;
const epochMillisecondsFrom = 1e11;
