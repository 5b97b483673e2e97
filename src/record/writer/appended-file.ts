import { createHash } from 'node:crypto';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';

/** A file that grows by whole lines while a run goes, readable at any moment. */
export interface AppendedFile {
  /**
   * The first call replaces an older file.
   * @throws the system's error; the file then ends with the last whole append, and must not be appended to again
   */
  append(lines: string): void;
  /** Of what stands in it; null: nothing was ever written. */
  measured(): { sizeBytes: number; sha256: string } | null;
}

export function createAppendedFile(path: string): AppendedFile {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    append(lines) {
      const bytes = Buffer.from(lines);
      const write = sizeBytes === 0 ? writeFileSync : appendFileSync;
      try {
        write(path, bytes, { mode: 0o600 });
      } catch (error) {
        cutBack(path, sizeBytes);
        throw error;
      }
      sizeBytes += bytes.length;
      hash.update(bytes);
    },
    measured: () => (sizeBytes === 0 ? null : { sizeBytes, sha256: hash.copy().digest('hex') }),
  };
}

/** A disk that is full may have taken half a line. */
function cutBack(path: string, sizeBytes: number): void {
  try {
    truncateSync(path, sizeBytes);
  } catch {
    // It cannot be written at all.
  }
}
