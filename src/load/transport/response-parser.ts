import { ProtocolError } from './protocol-error.ts';
import { parseHead, type ResponseHead } from './response-head.ts';

/**
 * A strict incremental reader of HTTP/1.x responses, one after another on a connection. It holds no body, only the first
 * bytes of one that reports an error, and at most 64 KiB of a head that arrives in pieces.
 *
 *   state        on what arrives                          next
 *   head         a head of 1xx                            head
 *                a head without a body (204, 304, HEAD)   done
 *                content-length / chunked / neither       fixed / chunkSize / untilClose
 *   fixed        its last byte                            done
 *   chunkSize    size 0 / above                           trailer / chunkData
 *   chunkData    its last byte                            chunkEnd
 *   chunkEnd     CRLF                                     chunkSize
 *   trailer      empty line                               done
 *   untilClose   end of the connection                    done
 */
export class ResponseParser {
  readonly head: ResponseHead = {
    status: 0,
    contentLength: -1,
    chunked: false,
    keepAlive: false,
    errorType: '',
  };
  /** How much of each body to keep, and all of its head; 0: only the start of an error's body. */
  captureBytes = 0;
  #headText = '';
  #state: State = states.head;
  #headRequest = false;
  /** Bytes of the body, or of the chunk, still to come. */
  #remaining = 0;
  #bodyBytes = 0;
  #interim = 0;
  #trailerBytes = 0;
  /** A line or a head that has arrived in part. */
  #partial: Buffer | undefined;
  #excerpt: Buffer[] = [];
  #excerptBytes = 0;

  /** Makes ready for the response to another request on the same connection. */
  reset(headRequest: boolean): void {
    this.#state = states.head;
    this.head.status = 0;
    this.#headRequest = headRequest;
    this.#remaining = 0;
    this.#bodyBytes = 0;
    this.#interim = 0;
    this.#trailerBytes = 0;
    this.#partial = undefined;
    if (this.#excerptBytes > 0) {
      this.#excerpt = [];
      this.#excerptBytes = 0;
    }
  }

  /** Body bytes received, framing taken off. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** The head's lines and as much of the body as `captureBytes` says. */
  captured(): { head: string; body: Buffer } {
    const [first = noBytes] = this.#excerpt;
    return { head: this.#headText, body: this.#excerpt.length > 1 ? Buffer.concat(this.#excerpt) : first };
  }

  /** The first bytes of an error's body (status 400 and above), as text. */
  excerpt(): string {
    return Buffer.concat(this.#excerpt).toString('utf8');
  }

  /**
   * Takes what arrived; the bytes are not kept.
   * @returns true once the response is whole
   * @throws ProtocolError, after which the connection is of no further use
   */
  feed(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case states.head:
          at = this.#readHead(bytes, at, end);
          break;
        case states.fixed:
        case states.chunkData:
          at = this.#readBody(bytes, at, end);
          break;
        case states.untilClose:
          this.#countBody(bytes, at, end);
          at = end;
          break;
        case states.done:
          throw new ProtocolError('bytes after the response');
        default:
          at = this.#readLine(bytes, at, end);
      }
    }
    return this.#state === states.done;
  }

  /**
   * The connection ended.
   * @returns true if that ends the response as it should
   * @throws ProtocolError
   */
  finish(): boolean {
    if (this.#state === states.untilClose) this.#state = states.done;
    if (this.#state === states.done) return true;
    throw new ProtocolError('closed before the response was whole');
  }

  #readHead(bytes: Buffer, start: number, end: number): number {
    const held = this.#partial;
    if (held === undefined) {
      const next = parseHead(bytes, start, end, this.head);
      if (next < 0) this.#hold(bytes.subarray(start, end));
      if ((next < 0 ? end : next) - start > maxHeadBytes) throw new ProtocolError('header block over 64 KiB');
      if (next >= 0 && this.captureBytes > 0) this.#headText = bytes.toString('latin1', start, next);
      return next < 0 ? end : this.#enterBody(next);
    }
    // Only a terminator that the new bytes complete is looked for, or a head sent byte by byte would cost its square.
    const joined = this.#hold(bytes.subarray(start, end));
    const terminator = joined.indexOf('\r\n\r\n', Math.max(0, held.length - 3), 'latin1');
    if ((terminator < 0 ? joined.length : terminator + 4) > maxHeadBytes) {
      throw new ProtocolError('header block over 64 KiB');
    }
    if (terminator < 0) {
      checkLineEnds(joined, held.length);
      return end;
    }
    this.#partial = undefined;
    if (this.captureBytes > 0) this.#headText = joined.toString('latin1', 0, terminator + 4);
    const next = parseHead(joined, 0, terminator + 4, this.head);
    return this.#enterBody(start + (next - held.length));
  }

  #enterBody(next: number): number {
    const { head } = this;
    if (head.status < 200) {
      if (head.status === 101) throw new ProtocolError('protocol switched unasked');
      if (++this.#interim > maxInterimResponses) throw new ProtocolError('too many interim responses');
      return next;
    }
    if (this.#headRequest || head.status === 204 || head.status === 304) {
      this.#state = states.done;
    } else if (head.chunked) {
      this.#state = states.chunkSize;
    } else if (head.contentLength < 0) {
      this.#state = states.untilClose;
      head.keepAlive = false;
    } else {
      if (head.contentLength > maxBodyBytes) throw new ProtocolError('body over 256 MiB');
      this.#remaining = head.contentLength;
      this.#state = head.contentLength === 0 ? states.done : states.fixed;
    }
    return next;
  }

  #readBody(bytes: Buffer, start: number, end: number): number {
    const stop = end - start < this.#remaining ? end : start + this.#remaining;
    this.#countBody(bytes, start, stop);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) {
      this.#state = this.#state === states.fixed ? states.done : states.chunkEnd;
    }
    return stop;
  }

  #readLine(bytes: Buffer, start: number, end: number): number {
    const lineFeed = bytes.indexOf(10, start);
    const whole = lineFeed >= 0 && lineFeed < end;
    const stop = whole ? lineFeed + 1 : end;
    const line = this.#hold(bytes.subarray(start, stop));
    if (line.length > maxLineBytes) throw this.#lineFault();
    if (!whole) return end;
    if (line.length < 2 || line[line.length - 2] !== 13) throw this.#lineFault();
    this.#partial = undefined;
    this.#endLine(line.subarray(0, line.length - 2));
    return stop;
  }

  #endLine(line: Buffer): void {
    if (this.#state === states.chunkEnd) {
      if (line.length > 0) throw this.#lineFault();
      this.#state = states.chunkSize;
    } else if (this.#state === states.chunkSize) {
      this.#remaining = parseChunkSize(line);
      if (this.#bodyBytes + this.#remaining > maxBodyBytes) throw new ProtocolError('body over 256 MiB');
      this.#state = this.#remaining === 0 ? states.trailer : states.chunkData;
    } else if (line.length === 0) {
      this.#state = states.done;
    } else {
      this.#trailerBytes += line.length;
      if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/.test(line.toString('latin1'))) {
        throw this.#lineFault();
      }
      if (this.#trailerBytes > maxHeadBytes) throw new ProtocolError('header block over 64 KiB');
    }
  }

  #lineFault(): ProtocolError {
    if (this.#state === states.chunkEnd) return new ProtocolError('chunk not ended by CRLF');
    return new ProtocolError(this.#state === states.chunkSize ? 'bad chunk size' : 'bad header line');
  }

  /** Copies: the buffer that is read into is shared, and will be overwritten. */
  #hold(piece: Buffer): Buffer {
    this.#partial = this.#partial === undefined ? Buffer.from(piece) : Buffer.concat([this.#partial, piece]);
    return this.#partial;
  }

  #countBody(bytes: Buffer, start: number, end: number): void {
    this.#bodyBytes += end - start;
    if (this.#bodyBytes > maxBodyBytes) throw new ProtocolError('body over 256 MiB');
    const most = this.captureBytes > 0 ? this.captureBytes : this.head.status >= 400 ? maxExcerptBytes : 0;
    if (this.#excerptBytes < most) {
      const piece = bytes.subarray(start, Math.min(end, start + most - this.#excerptBytes));
      this.#excerpt.push(Buffer.from(piece));
      this.#excerptBytes += piece.length;
    }
  }
}

const noBytes = Buffer.alloc(0);
const maxHeadBytes = 65_536;
const maxBodyBytes = 268_435_456;
const maxLineBytes = 4_096;
const maxExcerptBytes = 16_384;
const maxInterimResponses = 16;

const states = {
  head: 0,
  fixed: 1,
  chunkSize: 2,
  chunkData: 3,
  chunkEnd: 4,
  trailer: 5,
  untilClose: 6,
  done: 7,
} as const;
type State = (typeof states)[keyof typeof states];

/** Hexadecimal digits, then nothing or an extension, which is ignored (RFC 9112 §7.1.1). */
function parseChunkSize(line: Buffer): number {
  const match = /^([0-9A-Fa-f]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/.exec(line.toString('latin1'));
  if (!match) throw new ProtocolError('bad chunk size');
  return Number.parseInt(match[1]!, 16);
}

/** A line feed alone ends no line (RFC 9112 §2.2 lets a recipient accept it; smuggling lives on that). */
function checkLineEnds(bytes: Buffer, from: number): void {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at - 1] !== 13) throw new ProtocolError('bad header line');
  }
}
