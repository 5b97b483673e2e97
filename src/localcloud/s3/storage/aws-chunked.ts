import { ServiceError } from '../../service/operation.ts';

/**
 * The SDKs' streaming body: `SIZE-IN-HEX[;chunk-signature=…]\r\n DATA \r\n` and so on, a chunk of size 0, then trailers
 * (`x-amz-checksum-crc32:…\r\n`) and an empty line. Chunk signatures are not checked: any credentials do here.
 *
 * Yields the data; `trailers` is filled once the data has ended.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @throws ServiceError IncompleteBody, InvalidChunkSizeError
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Record<string, string>,
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
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw badChunk(`"${line.slice(0, 40)}" is no chunk size`);
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      if (held.length === 0) await more();
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
    if ((await readLine()) !== '') throw badChunk('a chunk is longer than its size');
  }
  await readTrailers();

  async function readTrailers(): Promise<void> {
    for (let count = 0; count < maxTrailers; count++) {
      const line = await readLine().catch((error: unknown) => {
        // Some clients leave out the last empty line.
        if (error instanceof ServiceError && error.code === 'IncompleteBody' && held.length === 0) return '';
        throw error;
      });
      if (line === '') return;
      const colon = line.indexOf(':');
      if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    }
  }
}

const maxLineBytes = 4_096;
const maxTrailers = 16;

function incomplete(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}

function badChunk(reason: string): ServiceError {
  return new ServiceError('InvalidChunkSizeError', `The chunked body is malformed: ${reason}.`);
}
