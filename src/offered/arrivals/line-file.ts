import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ContentFile } from '../../core/content.ts';
import { systemErrorCode, userError } from '../../core/errors.ts';

/** Reads a text file line by line, one chunk of it in memory at a time. */
export interface LineReader {
  /** Of the line handed out last, from 1. */
  readonly lineNumber: number;
  /**
   * Each character is a byte of the file; null at the end. @throws what `refuse` gives for a line longer than a chunk
   */
  next(refuse: (why: string) => Error): string | null;
  /** Of all that was read, in hexadecimal, and its size. */
  content(): { sha256: string; sizeBytes: number };
  close(): void;
}

/** What lines are read from. */
export type LineSource = Pick<ContentFile, 'read' | 'close'>;

/** @param hashes whether `content` will be asked for */
export function openLines(source: LineSource, hashes: boolean): LineReader {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const hash: Hash | undefined = hashes ? createHash('sha256') : undefined;
  let held = '';
  let at = 0;
  let ended = false;
  let lineNumber = 0;
  let sizeBytes = 0;

  const readMore = () => {
    const length = source.read(chunk, sizeBytes);
    if (length === 0) {
      ended = true;
      return;
    }
    const marked = sizeBytes === 0 && isMarked(chunk, length);
    hash?.update(chunk.subarray(0, length));
    sizeBytes += length;
    held += chunk.toString('latin1', marked ? 3 : 0, length);
  };
  return {
    get lineNumber() {
      return lineNumber;
    },
    next(refuse) {
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
          throw refuse(`it is longer than ${chunkBytes} bytes`);
        }
        readMore();
      }
    },
    content: () => ({ sha256: hash?.digest('hex') ?? '', sizeBytes }),
    close: () => source.close(),
  };
}

/** @throws MlbenchError `no-trace` where there is no regular file */
export function openRegularFile(file: string, name: string): LineSource {
  let descriptor: number;
  try {
    // A pipe would keep whoever opens it waiting.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
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
  if (fstatSync(descriptor).isFile())
    return {
      read: (into, position) => readSync(descriptor, into, 0, into.length, position),
      close: () => closeSync(descriptor),
    };
  closeSync(descriptor);
  // It is read once to be checked, and again by each worker.
  throw userError('no-trace', `${name}: ${file} is not a regular file`, 'save the trace to a file first');
}

/** Spreadsheets begin their files with UTF-8's byte order mark. */
function isMarked(chunk: Buffer, length: number): boolean {
  return length >= 3 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
}

const chunkBytes = 65_536;
