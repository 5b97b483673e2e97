import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * A file by what is in it and not by where it lies, so that a plan that names one means the same on every machine. Where its
 * bytes are is each machine's own knowledge: `ContentPlaces`.
 */
export interface ContentRef {
  /** In hexadecimal; what identifies it. */
  sha256: string;
  sizeBytes: number;
  /** The file's name without its folder, for people. */
  name: string;
}

/** Where this machine has what plans name: by SHA-256, an absolute path or the bytes themselves. Plain data: it goes to threads. */
export type ContentPlaces = Readonly<Record<string, ContentPlace>>;

export type ContentPlace = { path: string } | { bytes: Uint8Array };

/** @throws Error if this machine does not have it, or has it as bytes alone: a bug of whoever made the places */
export function pathOfContent(places: ContentPlaces, { sha256, name }: ContentRef): string {
  const place = places[sha256];
  if (place === undefined || !('path' in place))
    throw new Error(`there is no file here for ${name} (${sha256})`);
  return place.path;
}

/** @throws Error if this machine does not have it; the system's error where its file cannot be read */
export function bytesOfContent(places: ContentPlaces, ref: ContentRef): Uint8Array {
  const place = places[ref.sha256];
  return place !== undefined && 'bytes' in place ? place.bytes : readFileSync(pathOfContent(places, ref));
}

export function contentOfBytes(bytes: Uint8Array, name: string): ContentRef {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, name };
}

/** Reads the file once, whatever its size. @throws the system's error */
export async function contentOfFile(path: string, signal?: AbortSignal): Promise<ContentRef> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), sizeBytes, name: basename(path) };
}
