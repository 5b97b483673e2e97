import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { type Access, fileModeOf } from '../../core/files/umask.ts';

/**
 * A file that grows by whole lines while a run goes, readable at any moment. It is opened once: a run that takes every
 * file descriptor there is must not lose what was measured.
 */
export interface AppendedFile {
  /** Replaces an older file; the first append does it otherwise. @throws the system's error */
  open(): void;
  /**
   * @throws the system's error; the file then ends with the last whole append, and must not be appended to again
   */
  append(lines: string): void;
  /** Of what stands in it; null: nothing was ever written, or it is not there any more. */
  measured(): { sizeBytes: number; sha256: string } | null;
  /** Whether what was written is where it was written to. */
  isThere(): boolean;
  /** A file in which nothing was ever written goes. */
  close(): void;
}

export function createAppendedFile(path: string, access: Access = 'private'): AppendedFile {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let descriptor: number | null = null;
  let closed = false;
  const open = () => {
    descriptor ??= openAnew(path, access);
    return descriptor;
  };
  const isThere = () => sizeBytes === 0 || closed || (descriptor !== null && isFile(path, descriptor));
  return {
    open,
    append(lines) {
      const bytes = Buffer.from(lines);
      const file = open();
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      } catch (error) {
        cutBack(file, sizeBytes);
        throw error;
      }
      sizeBytes += bytes.length;
      hash.update(bytes);
    },
    measured: () => (sizeBytes === 0 || !isThere() ? null : { sizeBytes, sha256: hash.copy().digest('hex') }),
    isThere,
    close() {
      if (descriptor === null || closed) return;
      closed = true;
      closeSync(descriptor);
      if (sizeBytes === 0) rmSync(path, { force: true });
    },
  };
}

/** Never through a link that another user put there, nor into another's file: in a shared folder that goes first. */
function openAnew(path: string, access: Access): number {
  const there = lstatSync(path, { throwIfNoEntry: false });
  const isOthers =
    there !== undefined && (there.uid !== (process.geteuid?.() ?? there.uid) || there.nlink > 1);
  if (isOthers) rmSync(path, { force: true });
  const throughLink = !isOthers && there?.isSymbolicLink() === true;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const flags = O_WRONLY | O_CREAT | O_TRUNC | (throughLink ? 0 : (O_NOFOLLOW ?? 0));
  const descriptor = openSync(path, flags, 0o600);
  if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, fileModeOf(access));
  return descriptor;
}

/** A folder may be removed while a run writes into it; the descriptor would not notice. */
function isFile(path: string, descriptor: number): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const opened = fstatSync(descriptor);
  return there !== undefined && there.ino === opened.ino && there.dev === opened.dev;
}

/** A disk that is full may have taken half a line. */
function cutBack(descriptor: number, sizeBytes: number): void {
  try {
    ftruncateSync(descriptor, sizeBytes);
  } catch {
    // It cannot be written at all.
  }
}
