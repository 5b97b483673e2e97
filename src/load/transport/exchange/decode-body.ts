import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/**
 * Takes off what a server put around a body (RFC 9110 §8.4).
 * @param codings in the order in which they were applied; an unknown one is left on, and all within it
 * @param whole false: the body's end is missing, and what can be read of it is enough
 * @returns at most `mostBytes`; null if the bytes are not in the coding named
 */
export function decodeBody(body: Buffer, codings: string, whole: boolean, mostBytes: number): Buffer | null {
  let decoded = body;
  let complete = whole;
  for (const coding of codings.toLowerCase().split(',').reverse()) {
    const decode = decoders.get(coding.trim());
    if (decode === undefined) {
      if (coding.trim() === '' || coding.trim() === 'identity') continue;
      return decoded;
    }
    // A body without a byte is nobody's code word.
    if (decoded.length === 0) return decoded;
    const step = decodeAtMost(decoded, decode, complete, mostBytes);
    if (step === null) return null;
    decoded = step.bytes;
    complete &&= step.whole;
  }
  return decoded;
}

type Decode = (bytes: Buffer, whole: boolean, mostBytes: number) => Buffer;

function decodeAtMost(bytes: Buffer, decode: Decode, whole: boolean, mostBytes: number) {
  // What would become too large is read from less and less of its start: nothing larger is ever made.
  for (let length = bytes.length; length > 0; length = Math.floor(length / 2)) {
    try {
      const all = whole && length === bytes.length;
      return { bytes: decode(bytes.subarray(0, length), all, mostBytes), whole: all };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')) return null;
    }
  }
  return { bytes: noBytes, whole: false };
}

const noBytes = Buffer.alloc(0);

const zlibOptions = (whole: boolean, maxOutputLength: number) => ({
  maxOutputLength,
  ...(whole ? {} : { finishFlush: constants.Z_SYNC_FLUSH }),
});

const gunzip: Decode = (bytes, whole, most) => gunzipSync(bytes, zlibOptions(whole, most));

/** Meant with zlib's head, and sent without by some. */
const inflate: Decode = (bytes, whole, most) => {
  const options = zlibOptions(whole, most);
  const zlibHead = (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + (bytes[1] ?? 0)) % 31 === 0;
  return zlibHead ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
};

const unbrotli: Decode = (bytes, whole, most) =>
  brotliDecompressSync(bytes, {
    maxOutputLength: most,
    ...(whole ? {} : { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  });

const decoders = new Map<string, Decode>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', unbrotli],
]);
