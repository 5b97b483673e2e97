import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { makeFolder } from './folder.ts';
import { temporaryName } from './temporary-name.ts';
import { type Access, fileModeOf } from './umask.ts';

/**
 * Writes the whole file or nothing: into a neighbour first, flushed, then renamed over the target. A reader never
 * sees half a file, and a full disk or a kill leaves the old one. State may name account details: mode 0600.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  access: Access = 'private',
): void {
  const folder = dirname(path);
  makeFolder(folder, access);
  const neighbour = join(folder, temporaryName(basename(path)));
  try {
    const descriptor = openSync(neighbour, 'wx', 0o600);
    try {
      if (access === 'asked-for') fchmodSync(descriptor, fileModeOf(access));
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

/** A file that the user named, which may be none: `/dev/stdout`. @throws the system's error */
export function writeAskedFor(path: string, content: string): void {
  const isNew = !existsSync(path);
  writeFileSync(path, content);
  if (isNew) chmodSync(path, fileModeOf('asked-for'));
}
