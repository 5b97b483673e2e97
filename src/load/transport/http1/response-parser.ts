import { maxBodyBytes, maxExcerptBytes, maxHeadBytes } from '../exchange/limits.ts';
import { ProtocolError } from '../exchange/protocol-error.ts';
import { parseChunkSize } from './chunk-size.ts';
import { HeldBytes } from './held-bytes.ts';
import { beginsAnswer, skipLeftover } from './leftover.ts';
import { OddHead } from './odd-head.ts';
import { emptyHead, headOdd, parseHead } from './response-head.ts';

/**
 * An incremental reader of HTTP/1.x responses, one after another on a connection: as lenient as curl, strict where
 * leniency could take one answer for another. It holds no body, only the first bytes of one that reports an error, and
 * at most 300 KiB of a head that arrives in pieces.
 *
 *   state        on what arrives                          next
 *   head         a head of 1xx                            head
 *                a head without a body (204, 304, HEAD)   done
 *                content-length / chunked / neither       fixed / chunkSize / untilClose
 *                not as nearly every server writes it     oddHead
 *   oddHead      as head
 *   fixed        its last byte                            done
 *   chunkSize    size 0 / above                           trailer / chunkData
 *   chunkData    its last byte                            chunkEnd
 *   chunkEnd     line end                                 chunkSize
 *   trailer      empty line                               done
 *   untilClose   end of the connection                    done
 */
export class ResponseParser {
  readonly head = emptyHead();
  /** How much of each body to keep, and all of its head; 0: only the start of an error's body. */
  captureBytes = 0;
  /** The answer had no body by its kind, whatever its head said. */
  bodiless = false;
  /** So had the one before. */
  afterBodiless = false;
  /** A second answer followed it at once. */
  doubled = false;
  #headText = '';
  #state: State = states.head;
  #headRequest = false;
  /** Bytes of the body, or of the chunk, still to come. */
  #remaining = 0;
  #bodyBytes = 0;
  #interim = 0;
  #trailerBytes = 0;
  #oddHead: OddHead | undefined;
  /** A line or a head that has arrived in part. */
  readonly #held = new HeldBytes();
  #excerpt: Buffer[] = [];
  #excerptBytes = 0;

  /** Makes ready for the response to another request on the same connection. */
  reset(headRequest: boolean): void {
    this.#state = states.head;
    this.head.status = 0;
    this.afterBodiless = this.bodiless;
    this.bodiless = false;
    this.doubled = false;
    this.#headRequest = headRequest;
    this.#remaining = 0;
    this.#bodyBytes = 0;
    this.#interim = 0;
    this.#trailerBytes = 0;
    if (this.#held.length > 0) this.#held.clear();
    this.#oddHead = undefined;
    if (this.#excerptBytes > 0) {
      this.#excerpt = [];
      this.#excerptBytes = 0;
    }
  }

  /** Body bytes received, framing taken off. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** The head's lines and as much of the body as `captureBytes` says, or of an error's body its start. */
  captured(): { head: string; body: Buffer } {
    const [first = noBytes] = this.#excerpt;
    return { head: this.#headText, body: this.#excerpt.length > 1 ? Buffer.concat(this.#excerpt) : first };
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
        case states.oddHead:
          at = this.#readOddHead(bytes, at, end);
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
          this.#passOver(bytes, at, end);
          return true;
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
    const held = this.#held;
    if (held.length === 0) {
      const next = parseHead(bytes, start, end, this.head);
      if (next !== headOdd && (next < 0 ? end : next) - start > maxHeadBytes) throw headTooLong();
      if (next >= 0) {
        if (this.captureBytes > 0) this.#headText = bytes.toString('latin1', start, next);
        return this.#enterBody(next);
      }
      if (next === headOdd) return this.#readOddHead(bytes, start, end);
      held.add(bytes, start, end);
      return end;
    }
    const heldBefore = held.length;
    held.add(bytes, start, end);
    const { bytes: joined } = held;
    // Looked at anew only when a line has ended, or a head sent byte by byte would cost its square.
    const lineFeed = bytes.indexOf(10, start);
    if ((lineFeed < 0 || lineFeed >= end) && heldBefore > longestStatusLine) {
      if (joined.length > maxHeadBytes) throw headTooLong();
      return end;
    }
    const next = parseHead(joined, 0, joined.length, this.head);
    if (next === headOdd) {
      held.clear();
      const inJoined = this.#readOddHead(joined, 0, joined.length);
      return start + inJoined - heldBefore;
    }
    if ((next < 0 ? joined.length : next) > maxHeadBytes) throw headTooLong();
    if (next < 0) return end;
    if (this.captureBytes > 0) this.#headText = joined.toString('latin1', 0, next);
    held.clear();
    return this.#enterBody(start + next - heldBefore);
  }

  #readOddHead(bytes: Buffer, start: number, end: number): number {
    if (this.#oddHead === undefined) {
      this.#oddHead = new OddHead();
      this.head.status = 0;
      this.#state = states.oddHead;
    }
    const next = this.#oddHead.read(bytes, start, end, this.head);
    if (next < 0) return end;
    if (this.captureBytes > 0) this.#headText = this.#oddHead.text();
    this.#oddHead = undefined;
    this.#state = states.head;
    return this.#enterBody(next);
  }

  #enterBody(next: number): number {
    const { head } = this;
    if (head.status < 200) {
      if (head.status === 101) throw new ProtocolError('protocol switched unasked');
      if (++this.#interim > maxInterimResponses) throw new ProtocolError('too many interim responses');
      return next;
    }
    if (this.#headRequest || head.status === 204 || head.status === 304) {
      this.bodiless = true;
      // Announced, a body may follow all the same. (An empty chunk is passed over.)
      if (head.status === 204 && head.contentLength > 0) head.keepAlive = false;
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

  /**
   * Whatever follows an answer. A body where there can be none leaves the answer what it is; after a body, the answer
   * was cut short by its own length, or another came that nobody asked for.
   */
  #passOver(bytes: Buffer, start: number, end: number): void {
    const at = skipLeftover(bytes, start, end, this.bodiless);
    if (at === end) return;
    this.doubled = beginsAnswer(bytes, at, end);
    if (this.doubled || !this.bodiless) throw new ProtocolError('bytes after the response');
    this.head.keepAlive = false;
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
    const stop = whole ? lineFeed : end;
    const held = this.#held;
    const tooLong = held.length + stop - start > maxLineBytes;
    const inChunk = this.#state === states.chunkEnd && bytes[start] !== 13 && bytes[start] !== 10;
    if (tooLong || inChunk) throw this.#lineFault();
    if (!whole) {
      held.add(bytes, start, end);
      return end;
    }
    let line: string;
    if (held.length === 0) line = bytes.toString('latin1', start, stop);
    else {
      held.add(bytes, start, stop);
      line = held.bytes.toString('latin1');
      held.clear();
    }
    this.#endLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    return lineFeed + 1;
  }

  #endLine(line: string): void {
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
      // Of no use here; a folded line may be among them.
      if (!/^[ \t]|:/.test(line) || line.includes('\0')) throw this.#lineFault();
      if (this.#trailerBytes > maxHeadBytes) throw headTooLong();
    }
  }

  #lineFault(): ProtocolError {
    if (this.#state === states.chunkEnd) return new ProtocolError('chunk longer than it says');
    return new ProtocolError(this.#state === states.chunkSize ? 'bad chunk size' : 'bad header line');
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
const maxLineBytes = 65_536;
const maxInterimResponses = 1_000;
/** Until so much is there, it may turn out not to be HTTP at all. */
const longestStatusLine = 16;

const states = {
  head: 0,
  fixed: 1,
  chunkSize: 2,
  chunkData: 3,
  chunkEnd: 4,
  trailer: 5,
  untilClose: 6,
  done: 7,
  oddHead: 8,
} as const;
type State = (typeof states)[keyof typeof states];

const headTooLong = () => new ProtocolError('header block over 300 KiB');
