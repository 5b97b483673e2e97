import type { ChunkVerifier } from '../../access/chunk-signing.ts';
import { ServiceError } from '../../service/operation.ts';

/**
 * The SDKs' streaming body: `SIZE-IN-HEX[;chunk-signature=…]\r\n DATA \r\n` and so on, a chunk of size 0, then trailers
 * (`x-amz-checksum-crc32:…\r\n`) and an empty line.
 *
 * Yields the data; `trailers` is filled once the data has ended.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @param verifier undefined: whatever the chunks are signed with, it will do
 * @throws ServiceError IncompleteBody, InvalidChunkSizeError, SignatureDoesNotMatch
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Record<string, string>,
  verifier?: ChunkVerifier,
): AsyncGenerator<Uint8Array> {
  const input = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await input.next();
    if (next.done) throw incomplete();
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
  }

  async function readLine(): Promise<string> {
    for (;;) {
      const end = held.indexOf('\r\n');
      if (end > maxLineBytes || (end < 0 && held.length > maxLineBytes)) throw badChunk('a line is too long');
      if (end >= 0) {
        const line = held.toString('latin1', 0, end);
        held = held.subarray(end + 2);
        return line;
      }
      await more();
    }
  }

  for (;;) {
    const line = await readLine();
    const [, size, extension = ''] = /^([0-9a-f]{1,8})(?:;(.*))?$/i.exec(line) ?? [];
    if (size === undefined) throw badChunk(`"${line.slice(0, 40)}" is no chunk size`);
    let left = Number.parseInt(size, 16);
    const isLast = left === 0;
    while (left > 0) {
      if (held.length === 0) await more();
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      verifier?.data(piece);
      yield piece;
    }
    const signature = /^chunk-signature=([0-9a-f]+)$/.exec(extension)?.[1];
    if (verifier?.endChunk(signature) === false) throw wrongSignature();
    if (isLast) break;
    if ((await readLine()) !== '') throw badChunk('a chunk is longer than its size');
  }
  await readTrailers(readTrailer, trailers, verifier);

  /** Some clients leave out the last empty line. */
  function readTrailer(): Promise<string> {
    return readLine().catch((error: unknown) => {
      if (error instanceof ServiceError && error.code === 'IncompleteBody' && held.length === 0) return '';
      throw error;
    });
  }
}

async function readTrailers(
  readLine: () => Promise<string>,
  trailers: Record<string, string>,
  verifier: ChunkVerifier | undefined,
): Promise<void> {
  let lines = '';
  for (let count = 0; count < maxTrailers; count++) {
    const line = await readLine();
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    trailers[name] = value;
    if (name !== trailerSignature) lines += `${name}:${value}\n`;
  }
  if (lines !== '' && verifier?.endTrailers(lines, trailers[trailerSignature]) === false)
    throw wrongSignature();
}

const trailerSignature = 'x-amz-trailer-signature';
const maxLineBytes = 4_096;
const maxTrailers = 16;

function incomplete(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}

function wrongSignature(): ServiceError {
  return new ServiceError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  );
}

function badChunk(reason: string): ServiceError {
  return new ServiceError('InvalidChunkSizeError', `The chunked body is malformed: ${reason}.`);
}
