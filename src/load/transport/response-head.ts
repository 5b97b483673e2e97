import { ProtocolError } from './protocol-error.ts';

/** What the head of a response says, as far as a load generator needs it. */
export interface ResponseHead {
  status: number;
  /** −1: not given. */
  contentLength: number;
  chunked: boolean;
  keepAlive: boolean;
  /** `x-amzn-errortype`: `ThrottlingException`, perhaps with a `:url` behind it; empty if absent. */
  errorType: string;
}

/**
 * Reads one head from `bytes[start, end)` into `head`.
 * @returns the offset behind its empty line, or −1 if that has not arrived
 * @throws ProtocolError
 */
export function parseHead(bytes: Uint8Array, start: number, end: number, head: ResponseHead): number {
  let at = parseStatusLine(bytes, start, end, head);
  if (at < 0) return -1;
  head.contentLength = -1;
  head.chunked = false;
  head.errorType = '';
  for (;;) {
    if (at + 1 >= end) return at < end && bytes[at] !== cr ? checkPartialName(bytes, at, end) : -1;
    if (bytes[at] === cr) {
      if (bytes[at + 1] !== lf) throw new ProtocolError('bad header line');
      break;
    }
    const nameStart = at;
    while (at < end && nameByte[bytes[at]!] === 1) at++;
    if (at === end) return -1;
    // No space before the colon, no folded line: both are how requests are smuggled (RFC 9112 §5.1–5.2).
    if (bytes[at] !== colon || at === nameStart) throw new ProtocolError('bad header line');
    const nameEnd = at++;
    const valueStart = at;
    while (at < end && valueByte[bytes[at]!] === 1) at++;
    if (at + 1 >= end) {
      if (at < end && bytes[at] !== cr) throw new ProtocolError('bad header line');
      return -1;
    }
    if (bytes[at] !== cr || bytes[at + 1] !== lf) throw new ProtocolError('bad header line');
    readHeader(bytes, nameStart, nameEnd, valueStart, at, head);
    at += 2;
  }
  // What speaks 1.0 knows no chunks: somebody on the way frames it otherwise (RFC 9112 §6.1).
  if (head.chunked && bytes[start + 7] === zero) throw new ProtocolError('unsupported transfer-encoding');
  if (head.chunked && head.contentLength >= 0) {
    throw new ProtocolError('both content-length and transfer-encoding');
  }
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
    if (start + i >= end) return -1;
    if (bytes[start + i] !== versionPrefix[i]) throw new ProtocolError('bad status line');
  }
  // `HTTP/1.1 200 ` and then any reason, an empty one too.
  if (start + 12 >= end) return -1;
  const minor = bytes[start + 7]! - 48;
  const a = bytes[start + 9]! - 48;
  const b = bytes[start + 10]! - 48;
  const c = bytes[start + 11]! - 48;
  if (
    (minor !== 0 && minor !== 1) ||
    bytes[start + 8] !== 32 ||
    !(a >= 1 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9)
  ) {
    throw new ProtocolError('bad status line');
  }
  head.status = a * 100 + b * 10 + c;
  head.keepAlive = minor === 1;
  let at = start + 12;
  if (bytes[at] === 32) {
    do at++;
    while (at < end && valueByte[bytes[at]!] === 1);
  }
  if (at < end && bytes[at] !== cr) throw new ProtocolError('bad status line');
  if (at + 1 >= end) return -1;
  if (bytes[at + 1] !== lf) throw new ProtocolError('bad status line');
  return at + 2;
}

function checkPartialName(bytes: Uint8Array, at: number, end: number): -1 {
  for (let i = at; i < end; i++) {
    if (nameByte[bytes[i]!] !== 1 && bytes[i] !== colon) throw new ProtocolError('bad header line');
  }
  return -1;
}

function readHeader(
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
  head: ResponseHead,
): void {
  switch (nameEnd - nameStart) {
    case 10:
      if (isName(bytes, nameStart, connectionName)) readConnection(bytes, valueStart, valueEnd, head);
      return;
    case 14:
      if (isName(bytes, nameStart, contentLengthName)) {
        readContentLength(bytes, valueStart, valueEnd, head);
      }
      return;
    case 16:
      if (isName(bytes, nameStart, errorTypeName)) head.errorType = text(bytes, valueStart, valueEnd);
      return;
    case 17:
      if (isName(bytes, nameStart, transferEncodingName)) {
        // Only plain `chunked`, once: anything else could be framed otherwise by somebody on the way.
        if (head.chunked || text(bytes, valueStart, valueEnd).toLowerCase() !== 'chunked') {
          throw new ProtocolError('unsupported transfer-encoding');
        }
        head.chunked = true;
      }
  }
}

const connectionName = Buffer.from('connection');
const keepAliveOption = Buffer.from('keep-alive');
const contentLengthName = Buffer.from('content-length');
const errorTypeName = Buffer.from('x-amzn-errortype');
const transferEncodingName = Buffer.from('transfer-encoding');

function isName(bytes: Uint8Array, start: number, lowerName: Uint8Array): boolean {
  for (let i = 0; i < lowerName.length; i++) {
    const byte = bytes[start + i]!;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== lowerName[i]) return false;
  }
  return true;
}

function readContentLength(bytes: Uint8Array, start: number, end: number, head: ResponseHead): void {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  let stop = end;
  while (stop > at && isBlank(bytes[stop - 1])) stop--;
  // Digits alone: a sign, a list, hexadecimal or white space inside is read differently by different servers.
  if (stop === at || stop - at > 15) throw new ProtocolError('bad content-length');
  let length = 0;
  for (; at < stop; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) throw new ProtocolError('bad content-length');
    length = length * 10 + digit;
  }
  if (head.contentLength >= 0 && head.contentLength !== length) {
    throw new ProtocolError('conflicting content-lengths');
  }
  head.contentLength = length;
}

function readConnection(bytes: Uint8Array, start: number, end: number, head: ResponseHead): void {
  const first = bytes[start] === 32 ? start + 1 : start;
  // What nearly every server says with every response: read without making strings of it.
  if (end - first === keepAliveOption.length && isName(bytes, first, keepAliveOption)) {
    head.keepAlive = true;
    return;
  }
  const value = text(bytes, start, end);
  for (const option of value.toLowerCase().split(',')) {
    const trimmed = option.trim();
    if (trimmed === 'close') head.keepAlive = false;
    else if (trimmed === 'keep-alive' && !value.toLowerCase().includes('close')) head.keepAlive = true;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  let value = '';
  for (let i = start; i < end; i++) value += String.fromCharCode(bytes[i]!);
  return value.trim();
}
