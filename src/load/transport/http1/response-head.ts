import { readConnectionOptions } from './connection-options.ts';

/** What the head of a response says, as far as a load generator needs it. */
export interface ResponseHead {
  status: number;
  /** −1: not given. */
  contentLength: number;
  chunked: boolean;
  keepAlive: boolean;
  /** `connection: close`: whatever else is said, it closes. */
  closes: boolean;
  /** `x-amzn-errortype`: `ThrottlingException`, perhaps with a `:url` behind it; empty if absent. */
  errorType: string;
  /** `content-encoding`, then what `transfer-encoding` lays around it; in the order of application, empty for none. */
  codings: string;
  /** Of a status from 300 on; empty: not given. */
  date: string;
  location: string;
}

export function emptyHead(): ResponseHead {
  return {
    status: 0,
    contentLength: -1,
    chunked: false,
    keepAlive: false,
    closes: false,
    errorType: '',
    codings: '',
    date: '',
    location: '',
  };
}

/** The head has not arrived whole. */
const headIncomplete = -1;
/** Not as nearly every server writes it: for `OddHead` to read or refuse. */
export const headOdd = -2;

/**
 * The fast path: reads one ordinary head from `bytes[start, end)` into `head`.
 * @returns the offset behind its empty line, `headIncomplete` or `headOdd`
 */
export function parseHead(bytes: Uint8Array, start: number, end: number, head: ResponseHead): number {
  let at = parseStatusLine(bytes, start, end, head);
  if (at < 0) return at;
  head.contentLength = -1;
  head.chunked = false;
  head.closes = false;
  head.errorType = '';
  head.codings = '';
  head.date = '';
  head.location = '';
  for (;;) {
    if (at + 1 >= end)
      return at < end && bytes[at] !== cr ? checkPartialName(bytes, at, end) : headIncomplete;
    if (bytes[at] === cr) {
      if (bytes[at + 1] !== lf) return headOdd;
      break;
    }
    const nameStart = at;
    while (at < end && nameByte[bytes[at]!] === 1) at++;
    if (at === end) return headIncomplete;
    if (bytes[at] !== colon || at === nameStart) return headOdd;
    const nameEnd = at++;
    const valueStart = at;
    while (at < end && valueByte[bytes[at]!] === 1) at++;
    if (at + 1 >= end) return at < end && bytes[at] !== cr ? headOdd : headIncomplete;
    if (bytes[at] !== cr || bytes[at + 1] !== lf) return headOdd;
    if (!readHeader(bytes, nameStart, nameEnd, valueStart, at, head)) return headOdd;
    at += 2;
  }
  if (head.chunked && (head.contentLength >= 0 || bytes[start + 7] === zero)) return headOdd;
  if (head.closes) head.keepAlive = false;
  return at + 2;
}

const cr = 13;
const lf = 10;
const colon = 58;
const zero = 48;
/** `HTTP/1.` */
const versionPrefix = [72, 84, 84, 80, 47, 49, 46];

const nameByte = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  nameByte[char.charCodeAt(0)] = 1;
}
/** Visible ASCII, space, tab, and obs-text above 127. */
const valueByte = new Uint8Array(256).map((_, byte) => (byte === 9 || (byte >= 32 && byte !== 127) ? 1 : 0));

function parseStatusLine(bytes: Uint8Array, start: number, end: number, head: ResponseHead): number {
  for (let i = 0; i < 7; i++) {
    if (start + i >= end) return headIncomplete;
    if (bytes[start + i] !== versionPrefix[i]) return headOdd;
  }
  // `HTTP/1.1 200 ` and then any reason, an empty one too.
  if (start + 12 >= end) return headIncomplete;
  const minor = bytes[start + 7]! - 48;
  const a = bytes[start + 9]! - 48;
  const b = bytes[start + 10]! - 48;
  const c = bytes[start + 11]! - 48;
  if (
    (minor !== 0 && minor !== 1) ||
    bytes[start + 8] !== 32 ||
    !(a >= 1 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9)
  ) {
    return headOdd;
  }
  head.status = a * 100 + b * 10 + c;
  head.keepAlive = minor === 1;
  let at = start + 12;
  if (bytes[at] === 32) {
    do at++;
    while (at < end && valueByte[bytes[at]!] === 1);
  }
  if (at < end && bytes[at] !== cr) return headOdd;
  if (at + 1 >= end) return headIncomplete;
  return bytes[at + 1] === lf ? at + 2 : headOdd;
}

function checkPartialName(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (nameByte[bytes[i]!] !== 1 && bytes[i] !== colon) return headOdd;
  }
  return headIncomplete;
}

/** @returns whether it is as ordinary as the rest */
function readHeader(
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
  head: ResponseHead,
): boolean {
  switch (nameEnd - nameStart) {
    case 4:
      if (head.status >= 300 && isName(bytes, nameStart, dateName))
        head.date = text(bytes, valueStart, valueEnd);
      return true;
    case 8:
      if (head.status >= 300 && isName(bytes, nameStart, locationName)) {
        head.location = text(bytes, valueStart, valueEnd);
      }
      return true;
    case 10:
      if (isName(bytes, nameStart, connectionName)) readConnection(bytes, valueStart, valueEnd, head);
      return true;
    case 14:
      return (
        !isName(bytes, nameStart, contentLengthName) || readContentLength(bytes, valueStart, valueEnd, head)
      );
    case 16:
      if (isName(bytes, nameStart, errorTypeName)) head.errorType = text(bytes, valueStart, valueEnd);
      else if (isName(bytes, nameStart, contentEncodingName)) {
        const coding = text(bytes, valueStart, valueEnd);
        head.codings += head.codings === '' ? coding : `,${coding}`;
      }
      return true;
    case 17:
      if (!isName(bytes, nameStart, transferEncodingName)) return true;
      if (head.chunked) return false;
      head.chunked = true;
      return text(bytes, valueStart, valueEnd).toLowerCase() === 'chunked';
    default:
      return true;
  }
}

const dateName = Buffer.from('date');
const locationName = Buffer.from('location');
const connectionName = Buffer.from('connection');
const keepAliveOption = Buffer.from('keep-alive');
const contentLengthName = Buffer.from('content-length');
const errorTypeName = Buffer.from('x-amzn-errortype');
const contentEncodingName = Buffer.from('content-encoding');
const transferEncodingName = Buffer.from('transfer-encoding');

function isName(bytes: Uint8Array, start: number, lowerName: Uint8Array): boolean {
  for (let i = 0; i < lowerName.length; i++) {
    const byte = bytes[start + i]!;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== lowerName[i]) return false;
  }
  return true;
}

function readContentLength(bytes: Uint8Array, start: number, end: number, head: ResponseHead): boolean {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  let stop = end;
  while (stop > at && isBlank(bytes[stop - 1])) stop--;
  if (stop === at || stop - at > 15) return false;
  let length = 0;
  for (; at < stop; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return false;
    length = length * 10 + digit;
  }
  if (head.contentLength >= 0 && head.contentLength !== length) return false;
  head.contentLength = length;
  return true;
}

function readConnection(bytes: Uint8Array, start: number, end: number, head: ResponseHead): void {
  const first = bytes[start] === 32 ? start + 1 : start;
  // What nearly every server says with every response: read without making strings of it.
  if (end - first === keepAliveOption.length && isName(bytes, first, keepAliveOption)) head.keepAlive = true;
  else readConnectionOptions(text(bytes, start, end), head);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  let value = '';
  for (let i = start; i < end; i++) value += String.fromCharCode(bytes[i]!);
  return value.trim();
}
