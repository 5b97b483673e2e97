import { createHash, type Hash } from 'node:crypto';
import { sha256Hex, signatureOf } from '../../core/sigv4.ts';

/**
 * With what the chunks of a streamed body are signed: each signature covers the one before, the first of them that of
 * the headers. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export interface ChunkSigning {
  key: Uint8Array;
  signedAt: string;
  scope: string;
  /** The signature of the request's headers. */
  seed: string;
}

/** Follows a body from chunk to chunk. */
export interface ChunkVerifier {
  data(piece: Uint8Array): void;
  /** @returns whether the chunk whose data were given has that signature */
  endChunk(signature: string | undefined): boolean;
  /** @param lines `name:value\n` each, as they were sent; @returns whether they have that signature */
  endTrailers(lines: string, signature: string | undefined): boolean;
}

export function createChunkVerifier({ key, signedAt, scope, seed }: ChunkSigning): ChunkVerifier {
  let before = seed;
  let hash: Hash = createHash('sha256');
  return {
    data: (piece) => hash.update(piece),
    endChunk(signature) {
      const content = hash.digest('hex');
      hash = createHash('sha256');
      before = signatureOf(key, 'AWS4-HMAC-SHA256-PAYLOAD', signedAt, scope, before, emptyHash, content);
      return before === signature;
    },
    endTrailers: (lines, signature) =>
      signatureOf(key, 'AWS4-HMAC-SHA256-TRAILER', signedAt, scope, before, sha256Hex(lines)) === signature,
  };
}

const emptyHash = sha256Hex('');
