import { type ContentFile, type ContentPlaces, openContent, readFully } from '../../core/content.ts';
import { parseCsvRow, rowToJson } from './csv-row.ts';
import type { PayloadIndex } from './data-plan.ts';
import { createNumbering, randomOrder, sequentialOrder } from './payload-order.ts';

/** A worker's payloads: which is next, and its bytes. */
export interface PayloadSource {
  /** The record of this worker's next request. */
  nextIndex(): number;
  /** A record by the number that a trace names, from 1; anything else is the next in order. */
  indexOf(record: string): number;
  bodyAt(index: number): Uint8Array;
  close(): void;
}

/** Of the run's requests, those that this worker sends. */
export interface PayloadShare {
  worker: number;
  workers: number;
  /** With a number of requests to send: how many of them other workers send before. */
  firstOfShare: number | null;
  seed: number;
}

/** @throws MlbenchError `file-changed` if the file is not the one that was checked */
export function openPayloads(
  index: PayloadIndex,
  contents: ContentPlaces,
  share: PayloadShare,
): PayloadSource {
  const { data, count, starts, columns } = index;
  const order =
    data.order === 'sequence' ? sequentialOrder(count) : randomOrder(count, index.weightSums, share.seed);
  const nextNumber = createNumbering(share.worker, share.workers, share.firstOfShare);
  const file = index.content === null ? inPieces(openContent(contents, data.content)) : null;
  const content = index.content === null ? null : Buffer.from(index.content.buffer);
  const read = (at: number): Buffer => {
    const start = starts[at]!;
    const end = starts[at + 1]!;
    // The next record's start lies behind this one's line end (and, before the last, behind nothing else).
    return trimLineEnd(content === null ? file!.read(start, end) : content.subarray(start, end));
  };
  return {
    nextIndex: () => order(nextNumber()),
    indexOf(record) {
      const number = /^\d{1,15}$/.test(record) ? Number(record) : 0;
      return number >= 1 && number <= count ? number - 1 : order(nextNumber());
    },
    bodyAt(at) {
      const bytes = read(at);
      return columns === null ? bytes : Buffer.from(rowToJson(columns, parseCsvRow(bytes.toString('utf8'))));
    },
    close: () => file?.close(),
  };
}

function trimLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 10) {
    end--;
    if (end > 0 && bytes[end - 1] === 13) end--;
  }
  return bytes.subarray(0, end);
}

/** Reads pieces of 64 KiB and keeps the 256 used last: 16 MiB a worker, and a record longer than a piece beside it. */
function inPieces(file: ContentFile) {
  const pieces = new Map<number, Buffer>();
  const pieceAt = (number: number): Buffer => {
    let piece = pieces.get(number);
    if (piece === undefined) {
      piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, file.sizeBytes - number * pieceBytes));
      readFully(file, piece, number * pieceBytes);
      if (pieces.size >= mostPieces) pieces.delete(pieces.keys().next().value!);
    } else pieces.delete(number);
    // A map keeps the order of insertion: the first is the one not used for longest.
    pieces.set(number, piece);
    return piece;
  };
  return {
    read(start: number, end: number): Buffer {
      const first = Math.floor(start / pieceBytes);
      if (end <= (first + 1) * pieceBytes) {
        return pieceAt(first).subarray(start - first * pieceBytes, end - first * pieceBytes);
      }
      const bytes = Buffer.allocUnsafeSlow(end - start);
      readFully(file, bytes, start);
      return bytes;
    },
    close: () => file.close(),
  };
}

const pieceBytes = 65_536;
const mostPieces = 256;
