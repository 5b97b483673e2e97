import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from './errors.ts';
import { makeFolder } from './folder.ts';
import { temporaryName } from './temporary-name.ts';

/**
 * Writes the whole file or nothing: into a neighbour first, flushed, then renamed over the target. A reader never
 * sees half a file, and a full disk or a kill leaves the old one. Mode 0600: state may name account details.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const folder = dirname(path);
  makeFolder(folder);
  const neighbour = join(folder, temporaryName(basename(path)));
  try {
    const descriptor = openSync(neighbour, 'wx', 0o600);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(neighbour, path);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw error;
  }
}

/**
 * Makes the file with its whole content, if there is none: written aside and linked, so that nobody ever sees it
 * without. Of several at once, one makes it.
 * @returns whether it was made; false: there is one
 */
export function createFileAtomic(path: string, content: string): boolean {
  const aside = join(dirname(path), temporaryName(basename(path)));
  writeFileAtomic(aside, content);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
