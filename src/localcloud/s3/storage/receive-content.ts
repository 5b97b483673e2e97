import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type ChunkSigning, createChunkVerifier } from '../../access/chunk-signing.ts';
import { ServiceError } from '../../service/operation.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type ChecksumAlgorithm, checksumAlgorithms, createChecksum } from './checksums.ts';
import { hashMismatch } from './errors.ts';
import type { ObjectStore, StoredContent } from './object-store.ts';

const maxContentBytes = 5 * 1_024 ** 3;

/**
 * Streams a request's body into a file and believes it only if everything that the caller said of it holds: length,
 * MD5, SHA-256, the `x-amz-checksum-…` in header or trailer.
 * @param chunks with what the chunks of the body must be signed; undefined: with anything
 * @throws ServiceError BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, IncompleteBody, EntityTooLarge,
 *   SignatureDoesNotMatch
 */
export async function receiveContent(
  request: IncomingMessage,
  store: ObjectStore,
  chunks: ChunkSigning | undefined,
): Promise<StoredContent> {
  const { headers } = request;
  const sha256 = headerText(headers['x-amz-content-sha256']);
  const isChunked =
    sha256?.startsWith('STREAMING-') === true ||
    headers['content-encoding']?.includes('aws-chunked') === true;
  const trailers: Record<string, string> = {};
  // Left alone on an error: destroying the request would cut the connection before the answer.
  const bytes = request.iterator({ destroyOnReturn: false });
  const source = isChunked ? decodeAwsChunked(bytes, trailers, chunks && createChunkVerifier(chunks)) : bytes;
  const algorithm = announcedAlgorithm(request);

  const md5 = createHash('md5');
  const payloadHash =
    sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? createHash('sha256') : undefined;
  const checksum = algorithm && createChecksum(algorithm);
  const file = store.newFile();
  let sizeBytes = 0;
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      for await (const piece of source as AsyncIterable<Uint8Array>) {
        sizeBytes += piece.byteLength;
        if (sizeBytes > maxContentBytes) throw tooLarge();
        md5.update(piece);
        payloadHash?.update(piece);
        checksum?.update(piece);
        await handle.writeFile(piece);
      }
    } finally {
      await handle.close();
    }
    const etag = md5.digest();
    checkLength(headers, isChunked, sizeBytes);
    checkMd5(headerText(headers['content-md5']), etag);
    if (payloadHash && payloadHash.digest('hex') !== sha256) throw hashMismatch();
    const value = checksum?.digest().toString('base64');
    const claimed =
      algorithm && (headerText(headers[checksumHeader(algorithm)]) ?? trailers[checksumHeader(algorithm)]);
    if (algorithm && claimed !== undefined && claimed !== value)
      throw new ServiceError(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    return {
      file,
      sizeBytes,
      etag: etag.toString('hex'),
      checksum: algorithm && value !== undefined ? { algorithm, value, type: 'FULL_OBJECT' } : undefined,
    };
  } catch (error) {
    await store.discard([file]);
    throw isAbort(error) ? incompleteBody() : error;
  }
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm}`;
}

export function parseAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === text?.toLowerCase());
}

function announcedAlgorithm({ headers }: IncomingMessage): ChecksumAlgorithm | undefined {
  const trailer = headerText(headers['x-amz-trailer'])?.toLowerCase();
  return (
    checksumAlgorithms.find((algorithm) => headers[checksumHeader(algorithm)] !== undefined) ??
    checksumAlgorithms.find((algorithm) => trailer === checksumHeader(algorithm)) ??
    parseAlgorithm(headerText(headers['x-amz-sdk-checksum-algorithm']))
  );
}

function checkLength(headers: IncomingMessage['headers'], isChunked: boolean, sizeBytes: number): void {
  const expected = headerText(headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length']);
  if (expected !== undefined && Number(expected) !== sizeBytes) throw incompleteBody();
}

function checkMd5(claimed: string | undefined, actual: Buffer): void {
  if (claimed === undefined) return;
  if (Buffer.from(claimed, 'base64').length !== 16)
    throw new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (actual.toString('base64') !== claimed)
    throw new ServiceError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** The caller hung up in the middle of its body. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function incompleteBody(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}

function tooLarge(): ServiceError {
  return new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
}
