import { maxHeadBytes } from '../exchange/limits.ts';
import { ProtocolError } from '../exchange/protocol-error.ts';
import { readConnectionOptions } from './connection-options.ts';
import type { ResponseHead } from './response-head.ts';

/**
 * The slow path: reads a head that the fast one left, line by line, as leniently as RFC 9112 lets a client and curl
 * does. Lines end with LF alone, too; folded lines are joined (§5.2); blanks before a colon are dropped (§5.1); a CR
 * within a line is a blank (§2.2). What is said of the body's length must be clear all the same, or nobody could tell
 * where the next answer begins (§6.3). Where two readers could part (a length beside chunks, chunks of HTTP/1.0,
 * chunked twice), it is read, and its connection not used again.
 */
export class OddHead {
  /** A line that has arrived in part. */
  #line = '';
  #bytes = 0;
  #lines: string[] = [];

  /**
   * @returns the offset behind the head's empty line; −1 before that has arrived
   * @throws ProtocolError at the first line that nobody can read
   */
  read(bytes: Buffer, start: number, end: number, head: ResponseHead): number {
    let at = start;
    while (at < end) {
      const lineFeed = bytes.indexOf(10, at);
      const whole = lineFeed >= 0 && lineFeed < end;
      const stop = whole ? lineFeed : end;
      this.#bytes += (whole ? stop + 1 : stop) - at;
      if (this.#bytes > maxHeadBytes) throw new ProtocolError('header block over 300 KiB');
      this.#line += bytes.toString('latin1', at, stop);
      if (this.#lines.length === 0) checkStart(this.#line);
      if (!whole) return -1;
      at = lineFeed + 1;
      const line = withoutEnd(this.#line);
      this.#line = '';
      if (this.#lines.length === 0) {
        head.status = statusOf(line).status;
        this.#lines.push(line);
      } else if (line === '') {
        readLines(this.#lines, head);
        return at;
      } else this.#add(line);
    }
    return -1;
  }

  /** Its lines, unfolded, once it is whole. */
  text(): string {
    return `${this.#lines.join('\r\n')}\r\n\r\n`;
  }

  #add(line: string): void {
    const lines = this.#lines;
    const folded = line.startsWith(' ') || line.startsWith('\t');
    if (line.includes('\0') || (folded ? lines.length === 1 : !line.includes(':'))) {
      throw new ProtocolError('bad header line');
    }
    lines.push(folded ? `${lines.pop()} ${line.trim()}` : line);
  }
}

/** However many CR come before the LF. */
function withoutEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === 13) end--;
  return line.slice(0, end);
}

const start = 'http/';

/** Before its first line has ended: bytes that begin no answer are refused without waiting for more. */
function checkStart(line: string): void {
  const begun = line.slice(0, start.length).toLowerCase();
  if (!start.startsWith(begun)) throw new ProtocolError('bad status line');
}

function statusOf(line: string): { status: number; keepAlive: boolean; version10: boolean } {
  // A higher minor version is read as the highest known (RFC 9110 §2.5).
  const match = /^HTTP\/(1\.\d|2(?:\.0)?) +([1-9]\d\d)(?!\d)/i.exec(line);
  if (match === null || line.includes('\0')) throw new ProtocolError('bad status line');
  const version10 = match[1] === '1.0';
  return { status: Number(match[2]), keepAlive: !version10, version10 };
}

function readLines([statusLine = '', ...lines]: string[], head: ResponseHead): void {
  const { version10, ...status } = statusOf(statusLine);
  Object.assign(head, status, {
    contentLength: -1,
    chunked: false,
    closes: false,
    errorType: '',
    codings: '',
    date: '',
    location: '',
  });
  const contentCodings: string[] = [];
  const transferCodings: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const value = line
      .slice(colon + 1)
      .replaceAll('\r', ' ')
      .trim();
    switch (line.slice(0, colon).trim().toLowerCase()) {
      case 'connection':
        readConnectionOptions(value, head);
        break;
      case 'content-length':
        readLengths(value, head);
        break;
      case 'transfer-encoding':
        transferCodings.push(...membersOf(value));
        break;
      case 'content-encoding':
        contentCodings.push(value);
        break;
      case 'x-amzn-errortype':
        head.errorType = value;
        break;
      case 'date':
        head.date = value;
        break;
      case 'location':
        head.location = value;
    }
  }
  const around = frameBy(transferCodings, head, version10);
  head.codings = [...contentCodings, ...around].join(',');
  if (head.closes) head.keepAlive = false;
}

/**
 * Of a list, all must say the same (RFC 9112 §6.3); a sign, hexadecimal or a unit is read differently by different
 * readers.
 */
function readLengths(value: string, head: ResponseHead): void {
  for (const member of value.split(',')) {
    const digits = /^0*(\d{1,15})$/.exec(member.trim())?.[1];
    if (digits === undefined) throw new ProtocolError('bad content-length');
    const length = Number(digits);
    if (head.contentLength >= 0 && head.contentLength !== length) {
      throw new ProtocolError('conflicting content-lengths');
    }
    head.contentLength = length;
  }
}

/** @returns the codings within the framing */
function frameBy(given: string[], head: ResponseHead, version10: boolean): string[] {
  const codings = given.filter((coding) => coding !== 'identity');
  if (codings.length === 0) return [];
  const within = codings.filter((coding) => coding !== 'chunked');
  const chunks = codings.length - within.length;
  const known = within.every((coding) => /^(x-)?gzip$|^deflate$/.test(coding));
  // Chunks come last, if at all: without them the body ends with the connection (RFC 9112 §6.3).
  const last = chunks === 0 || codings.slice(-chunks).every((coding) => coding === 'chunked');
  if (!known || !last) throw new ProtocolError('unsupported transfer-encoding');
  const doubtful = head.contentLength >= 0 || version10 || chunks !== 1;
  if (doubtful) head.closes = true;
  head.chunked = chunks > 0;
  head.contentLength = -1;
  return within;
}

function membersOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}
