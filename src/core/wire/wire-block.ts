import { redactHeader, redactText, redactUrl } from '../redact.ts';
import { formatBytes, formatDurationMs } from '../units.ts';

/** Something that happened on the wire, in lines for people, its secrets taken out: the first line says what. */
export interface WireBlock {
  /** Epoch milliseconds. */
  atMs: number;
  lines: readonly string[];
}

export type HeaderLines = Iterable<readonly [name: string, value: string]>;

export interface WireBody {
  /** As much of it as is known. */
  bytes: Uint8Array;
  /** All of it; undefined: nobody has counted. */
  totalBytes?: number | undefined;
}

export interface WireRequest {
  method: string;
  url: string;
  /** `SageMaker CreateModel, attempt 1`. */
  note?: string;
  headers: HeaderLines;
  body?: WireBody | undefined;
}

export interface WireAnswer {
  status: number;
  elapsedMs: number;
  /** `request id …`. */
  note?: string;
  headers: HeaderLines;
  body?: WireBody | undefined;
}

type Redact = (text: string) => string;

/** `→ POST https://host/path  SageMaker CreateModel, attempt 1`, and what was sent, after `>`. */
export function requestLines(id: string, request: WireRequest, redact: Redact = redactText): string[] {
  const { method, url, note, headers, body } = request;
  const head = `${id} → ${method} ${redact(redactUrl(url))}${note === undefined ? '' : `  ${note}`}`;
  return [head, ...headerLines('>', headers, redact), ...bodyLines('>', headers, body, redact)];
}

/** `← 200, 23ms, request id …`, and what came, after `<`. */
export function answerLines(id: string, answer: WireAnswer, redact: Redact = redactText): string[] {
  const { status, elapsedMs, note, headers, body } = answer;
  const head = `${id} ← ${status}, ${tookText(elapsedMs)}${note === undefined ? '' : `, ${redact(note)}`}`;
  return [head, ...headerLines('<', headers, redact), ...bodyLines('<', headers, body, redact)];
}

export function bodyLines(
  mark: string,
  headers: HeaderLines,
  body: WireBody | undefined,
  redact: Redact,
): string[] {
  if (body === undefined) return [];
  const { bytes, totalBytes = bytes.length } = body;
  if (totalBytes === 0) return [];
  const type = typeOf(headers);
  const size = formatBytes(totalBytes);
  if (!isText(bytes)) return [`    ${mark} ${size}${type === '' ? '' : ` of ${type}`}`];
  // Secrets are taken out before it is cut off: half of one is one, too.
  const text = redact(Buffer.from(bytes.subarray(0, mostReadBytes)).toString('utf8'));
  const cut = text.length > mostShown || bytes.length < totalBytes;
  const shown = text.slice(0, mostShown).replace(/\r?\n/g, '⏎');
  return [`    ${mark} ${shown}${cut ? ` … (${size})` : ''}`];
}

/** Whole milliseconds are enough, but of what took none. */
export function tookText(elapsedMs: number): string {
  return elapsedMs < 1
    ? `${Math.max(0, Math.round(elapsedMs * 1_000))}µs`
    : formatDurationMs(Math.round(elapsedMs));
}

function headerLines(mark: string, headers: HeaderLines, redact: Redact): string[] {
  const all = [...headers].map(([name, value]) => {
    const shown = redact(redactHeader(name, value));
    return `    ${mark} ${name}: ${shown.length > mostShownOfHeader ? `${shown.slice(0, mostShownOfHeader)} …` : shown}`;
  });
  const more = all.length - mostHeaders;
  return more > 0 ? [...all.slice(0, mostHeaders), `    ${mark} … ${more} headers more`] : all;
}

function typeOf(headers: HeaderLines): string {
  for (const [name, value] of headers) if (name.toLowerCase() === 'content-type') return value;
  return '';
}

/** No control characters but blanks and line ends, and UTF-8 but for a character that the end cuts off. */
function isText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 1_000);
  if (start.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
  const text = new TextDecoder().decode(start.length < bytes.length ? start.subarray(0, -4) : start);
  return !text.slice(0, -1).includes('\ufffd');
}

const mostReadBytes = 65_536;
const mostShown = 1_000;
const mostShownOfHeader = 300;
const mostHeaders = 40;
