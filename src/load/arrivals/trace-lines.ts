import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { systemErrorCode, userError } from '../../core/errors.ts';

/** One arrival of a trace; `atMs` counts from the run's start. */
interface TraceArrival {
  atMs: number;
  /** The number of a record in the data file, as it stands there. */
  payload: string | null;
  /** From 1. */
  line: number;
}

/** Reads a trace from front to back, one chunk of it in memory at a time. */
export interface TraceReader {
  /** Null at the end. @throws MlbenchError `bad-trace` with the line's number */
  next(): TraceArrival | null;
  close(): void;
}

/**
 * A trace is a text file of one arrival a line, in order of time: `timestamp` or `timestamp,payload`. A timestamp is
 * seconds from the run's start (`0.25`), seconds of the Unix epoch (`1735689600.25`) or ISO 8601
 * (`2025-01-01T00:00:00.25Z`); of the last two, the first line's is the run's start. Empty lines, lines that begin with
 * `#` and a heading in the first line are passed over.
 */
export function readTrace(file: string, name = '--trace'): TraceReader {
  const descriptor = openTraceFile(file, name);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let held = '';
  let at = 0;
  let ended = false;
  let lineNumber = 0;
  let firstMs: number | undefined;
  let lastMs = 0;

  const bad = (why: string) =>
    userError('bad-trace', `${name} ${file}, line ${lineNumber}: ${why}`, lineRemedy);
  const nextLine = (): string | null => {
    for (;;) {
      const end = held.indexOf('\n', at);
      if (end >= 0) {
        const line = held.slice(at, end);
        at = end + 1;
        lineNumber++;
        return line;
      }
      held = held.slice(at);
      at = 0;
      if (ended) {
        if (held === '') return null;
        const line = held;
        held = '';
        lineNumber++;
        return line;
      }
      if (held.length > chunkBytes) {
        lineNumber++;
        throw bad(`it is longer than ${chunkBytes} bytes`);
      }
      const length = readSync(descriptor, chunk, 0, chunkBytes, null);
      if (length === 0) ended = true;
      else
        held += chunk.toString(
          'latin1',
          held === '' && lineNumber === 0 && isMarked(chunk, length) ? 3 : 0,
          length,
        );
    }
  };
  return {
    next() {
      for (;;) {
        const raw = nextLine();
        if (raw === null) return null;
        const line = raw.trim();
        if (line === '' || line.startsWith('#')) continue;
        const comma = line.indexOf(',');
        const stamp = comma < 0 ? line : line.slice(0, comma).trimEnd();
        const ms = parseTimestampMs(stamp);
        if (ms === null) {
          if (lineNumber === 1 && /^"?[A-Za-z]/.test(stamp)) continue;
          throw bad(`"${shortened(stamp)}" is not a timestamp`);
        }
        if (ms >= epochMillisecondsFromMs) throw bad(`${shortened(stamp)} is in milliseconds, it seems`);
        firstMs ??= ms >= epochFromMs ? ms : 0;
        const atMs = ms - firstMs;
        if (atMs < lastMs) throw bad(`${shortened(stamp)} is earlier than the line before it`);
        if (atMs > longestMs) throw bad(`${shortened(stamp)} is more than a week after the start`);
        lastMs = atMs;
        const payload = comma < 0 ? '' : line.slice(comma + 1).trim();
        if (payload.includes(',')) throw bad(`it has more than two columns: "${shortened(line)}"`);
        const named = payload === '' ? null : Buffer.from(payload, 'latin1').toString('utf8');
        return { atMs, payload: named, line: lineNumber };
      }
    },
    close: () => closeSync(descriptor),
  };
}

function openTraceFile(file: string, name: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    const code = systemErrorCode(error);
    throw userError(
      'no-trace',
      code === 'ENOENT'
        ? `${name}: there is no file ${file}`
        : `${name}: ${file} cannot be read (${code ?? String(error)})`,
      'name a file of one timestamp a line',
      error,
    );
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  // It is read once to be checked, and again by each worker.
  throw userError('no-trace', `${name}: ${file} is not a regular file`, 'save the trace to a file first');
}

/** Spreadsheets begin their files with UTF-8's byte order mark. */
function isMarked(chunk: Buffer, length: number): boolean {
  return length >= 3 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
}

function parseTimestampMs(text: string): number | null {
  if (/^\d+(\.\d*)?$/.test(text)) return Number(text) * 1_000;
  const parts = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return null;
  const [, whole = '', fraction = '', zone = ''] = parts;
  const ms = Date.parse(`${whole.replace(' ', 'T')}${zone}`);
  // Date.parse knows no more than milliseconds.
  return Number.isNaN(ms) ? null : ms + Number(`0${fraction}`) * 1_000;
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const lineRemedy =
  'write one arrival a line, in order of time: seconds or an ISO 8601 instant, then perhaps a comma and a payload';
const chunkBytes = 65_536;
/** A number of seconds from here on (1973) is of the Unix epoch, and no offset. */
const epochFromMs = 1e11;
/** Milliseconds of the epoch, read as seconds: the year 5138. */
const epochMillisecondsFromMs = 1e14;
const longestMs = 7 * 86_400_000;
