import { constants, deflateSync, inflateSync } from 'node:zlib';
import {
  bucketCount,
  bucketOf,
  decodeBuckets,
  type EncodedHistogram,
  emptyHistogram,
  encodeBuckets,
  highestLatencyUs,
  lowestValueOf,
} from './histogram.ts';

/**
 * HdrHistogram's compressed V2 encoding, big-endian, as a line of an interval log carries it in base64
 * (https://github.com/HdrHistogram/HdrHistogram, `AbstractHistogram.encodeIntoCompressedByteBuffer`):
 *
 *   int32 0x1c849314 · int32 length · zlib of
 *     int32 0x1c849313 · int32 payload length · int32 normalizing offset 0 · int32 significant digits 3 ·
 *     int64 lowest value 1 · int64 highest value · double 1.0 · payload
 *
 * The payload is a ZigZag LEB128 number a bucket in ascending order: a count, or minus the length of a run of empty
 * buckets (one alone is 0). Our buckets are HdrHistogram's own, so the counts go over as they are: for a quarter of the
 * CPU time that filling and encoding a histogram of hdr-histogram-js takes (scripts/bench-interval-log.ts).
 *
 * What the encoding cannot hold: exact minimum, maximum and sum. They round to a bucket, 0.1 % at most.
 */
export function toHdrBase64(histogram: EncodedHistogram): string {
  const pairs = Buffer.from(histogram.buckets, 'base64');
  // ZigZag doubles a number: at most a byte more for each of the numbers there.
  const bytes = Buffer.allocUnsafe(headBytes + pairs.length * 2 + 16);
  let length = headBytes;
  const put = (zigZag: number) => {
    let value = zigZag;
    for (; value > 127; value = Math.floor(value / 128)) bytes[length++] = (value % 128) | 128;
    bytes[length++] = value;
  };
  let next = 0;
  decodeBuckets(histogram.buckets, (bucket, count) => {
    const empty = bucket - next;
    if (empty === 1) put(0);
    else if (empty > 1) put(empty * 2 - 1);
    put(count * 2);
    next = bucket + 1;
  });
  bytes.writeInt32BE(cookie, 0);
  bytes.writeInt32BE(length - headBytes, 4);
  bytes.writeInt32BE(0, 8);
  bytes.writeInt32BE(significantDigits, 12);
  bytes.writeBigInt64BE(1n, 16);
  bytes.writeBigInt64BE(BigInt(highestLatencyUs), 24);
  bytes.writeDoubleBE(1, 32);
  // Counts hardly ever repeat as strings: to look for repetitions costs a twelfth of the size and more time.
  const compressed = deflateSync(bytes.subarray(0, length), { strategy: constants.Z_HUFFMAN_ONLY });
  const frame = Buffer.allocUnsafe(8);
  frame.writeInt32BE(compressedCookie, 0);
  frame.writeInt32BE(compressed.length, 4);
  return Buffer.concat([frame, compressed]).toString('base64');
}

/**
 * @param exactMaxUs as the log's line says it; the minimum is its bucket's lowest value, the sum is of the buckets'
 * middles
 * @throws Error if it is not such an encoding, or not of our bucket layout
 */
export function fromHdrBase64(base64: string, exactMaxUs: number): EncodedHistogram {
  const frame = Buffer.from(base64, 'base64');
  if (frame.length < 8 || frame.readInt32BE(0) !== compressedCookie)
    throw new Error('it holds no compressed V2 histogram');
  if (frame.readInt32BE(4) !== frame.length - 8) throw new Error('its histogram is cut short');
  const bytes = inflateSync(frame.subarray(8), { maxOutputLength: headBytes + bucketCount * 9 });
  const pairs = decodePayload(payloadOf(bytes));
  const [first] = pairs;
  const last = pairs.at(-1);
  if (first === undefined || last === undefined) return emptyHistogram;
  if (bucketOf(exactMaxUs) !== last[0]) throw new Error('its maximum is not in its last bucket');
  const min = Math.min(lowestValueOf(first[0]), exactMaxUs);
  return {
    count: pairs.reduce((total, [, count]) => total + count, 0),
    sum: pairs.reduce((total, [bucket, count]) => total + count * middleOf(bucket), 0),
    min,
    max: exactMaxUs,
    buckets: encodeBuckets(pairs),
  };
}

const cookie = 0x1c849313;
const compressedCookie = 0x1c849314;
const headBytes = 40;
const significantDigits = 3;

function payloadOf(bytes: Buffer): Buffer {
  const isOurs =
    bytes.length >= headBytes &&
    bytes.readInt32BE(0) === cookie &&
    bytes.readInt32BE(4) === bytes.length - headBytes &&
    bytes.readInt32BE(12) === significantDigits &&
    bytes.readBigInt64BE(16) === 1n &&
    bytes.readBigInt64BE(24) === BigInt(highestLatencyUs);
  if (!isOurs) throw new Error('its histogram has another layout');
  return bytes.subarray(headBytes);
}

function decodePayload(payload: Buffer): [bucket: number, count: number][] {
  const pairs: [number, number][] = [];
  let bucket = 0;
  for (let offset = 0; offset < payload.length; ) {
    let zigZag = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = payload[offset++];
      if (byte === undefined || scale > 2 ** 49) throw new Error('its histogram is broken');
      zigZag += (byte & 127) * scale;
      if (byte < 128) break;
    }
    if (zigZag % 2 === 1) bucket += (zigZag + 1) / 2;
    else {
      if (zigZag > 0) pairs.push([bucket, zigZag / 2]);
      bucket++;
    }
    if (bucket > bucketCount) throw new Error('its histogram goes beyond its range');
  }
  return pairs;
}

/** Of the whole numbers that a bucket holds. */
function middleOf(bucket: number): number {
  const lowest = lowestValueOf(bucket);
  const next = bucket + 1 < bucketCount ? lowestValueOf(bucket + 1) : highestLatencyUs + 1;
  return (lowest + next - 1) / 2;
}
