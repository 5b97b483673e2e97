import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { newUuid } from './random.ts';

/**
 * Writes the whole file or nothing: into a neighbour first, flushed, then renamed over the target. A reader never
 * sees half a file, and a full disk or a kill leaves the old one. Mode 0600: state may name account details.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const neighbour = join(folder, `.${basename(path)}.${newUuid()}.tmp`);
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
