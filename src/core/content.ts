import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from './errors.ts';

/**
 * A file by what is in it and not by where it lies, so that a plan that names one means the same on every machine.
 * Where its bytes are is each machine's own knowledge: `ContentPlaces`.
 */
export interface ContentRef {
  /** In hexadecimal; what identifies it. */
  sha256: string;
  sizeBytes: number;
  /** The file's name without its folder, for people. */
  name: string;
}

/**
 * Where this machine has what plans name: by SHA-256, an absolute path or the bytes themselves. Plain data: it goes to
 * threads.
 */
export type ContentPlaces = Readonly<Record<string, ContentPlace>>;

export type ContentPlace = { path: string; confirmed?: string } | { bytes: Uint8Array };

/** A file that held what a plan names when it was opened, and is read from this one descriptor. */
export interface ContentFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** @returns how many bytes; 0 at the end @throws MlbenchError `file-changed` if it was written to meanwhile */
  read(into: Uint8Array, position: number): number;
  close(): void;
}

/** @throws Error if this machine does not have it, or has it as bytes alone: a bug of whoever made the places */
export function pathOfContent(places: ContentPlaces, ref: ContentRef): string {
  return fileOf(places, ref).path;
}

/**
 * Opens a file to read what the plan names. One that `confirmContents` has looked at is believed as long as the system
 * says that nobody has touched it since; any other is hashed first.
 * @throws MlbenchError `file-changed`; Error if this machine does not have it
 */
export function openContent(places: ContentPlaces, ref: ContentRef): ContentFile {
  const { path, confirmed } = fileOf(places, ref);
  const descriptor = openFile(path);
  try {
    const state = stateOf(descriptor);
    if (state.touched !== confirmed && hashOf(descriptor) !== ref.sha256) throw changed(path);
    return {
      path,
      sizeBytes: state.sizeBytes,
      read(into, position) {
        const length = readSync(descriptor, into, 0, into.length, position);
        // Not whether it was touched: to be renamed or removed costs an open file nothing.
        if (stateOf(descriptor).written !== state.written) throw changed(path);
        return length;
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** @throws MlbenchError `file-changed`; Error if this machine does not have it */
export function bytesOfContent(places: ContentPlaces, ref: ContentRef): Uint8Array {
  const place = places[ref.sha256];
  if (place !== undefined && 'bytes' in place) return place.bytes;
  const file = openContent(places, ref);
  try {
    const bytes = new Uint8Array(file.sizeBytes);
    readFully(file, bytes, 0);
    return bytes;
  } finally {
    file.close();
  }
}

/** Fills `into` from a position on. @throws MlbenchError `file-changed` where the file is too short by now */
export function readFully(file: ContentFile, into: Uint8Array, position: number): void {
  for (let at = 0; at < into.length; ) {
    const read = file.read(into.subarray(at), position + at);
    if (read === 0) throw changed(file.path);
    at += read;
  }
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

/**
 * Before a run: every file is still what it was when the plan was made. From here on it need not be hashed each time it
 * is opened.
 * @throws MlbenchError `file-changed`
 */
export async function confirmContents(places: ContentPlaces, signal?: AbortSignal): Promise<ContentPlaces> {
  const confirmed: Record<string, ContentPlace> = {};
  for (const [sha256, place] of Object.entries(places))
    confirmed[sha256] = 'path' in place ? await confirmFile(place.path, sha256, signal) : place;
  return confirmed;
}

async function confirmFile(path: string, sha256: string, signal?: AbortSignal): Promise<ContentPlace> {
  const descriptor = openFile(path);
  try {
    const before = stateOf(descriptor).touched;
    const found = await contentOfFile(path, signal);
    if (found.sha256 !== sha256 || stateOf(descriptor).touched !== before) throw changed(path);
    return { path, confirmed: before };
  } finally {
    closeSync(descriptor);
  }
}

function fileOf(places: ContentPlaces, { sha256, name }: ContentRef): { path: string; confirmed?: string } {
  const place = places[sha256];
  if (place === undefined || !('path' in place))
    throw new Error(`there is no file here for ${name} (${sha256})`);
  return place;
}

function openFile(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    const why = systemErrorCode(error) ?? String(error);
    throw userError('file-changed', `${path} cannot be read any more (${why})`, changedRemedy, error);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw userError('file-changed', `${path} is no regular file any more`, changedRemedy);
}

/** @returns MlbenchError `file-changed` */
function changed(path: string): MlbenchError {
  return userError(
    'file-changed',
    `${path} was changed after the run had been planned with it`,
    changedRemedy,
  );
}

const changedRemedy = 'leave the file alone from the start of a command to its end, or give the run a copy';

/**
 * What the system says of a file, to the nanosecond: `touched` changes with whatever happens to it, `written` with its
 * bytes.
 */
function stateOf(descriptor: number): { sizeBytes: number; written: string; touched: string } {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
  const written = `${dev}:${ino}:${size}:${mtimeNs}`;
  return { sizeBytes: Number(size), written, touched: `${written}:${ctimeNs}` };
}

function hashOf(descriptor: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1_048_576);
  for (let position = 0; ; ) {
    const length = readSync(descriptor, chunk, 0, chunk.length, position);
    if (length === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, length));
    position += length;
  }
}
