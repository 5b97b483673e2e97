import { appendFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { makeFolder } from '../../core/files/folder.ts';

export interface BoundedLog {
  write(chunk: Uint8Array | string): void;
}

/**
 * A log file that never takes more than twice `maxBytes`: when full it becomes `PATH.previous`, and a new one begins.
 */
export function openBoundedLog(path: string, maxBytes = 524_288): BoundedLog {
  makeFolder(dirname(path));
  let writtenBytes = 0;
  return {
    write(chunk) {
      try {
        if (writtenBytes > maxBytes) {
          renameSync(path, `${path}.previous`);
          writtenBytes = 0;
        }
        appendFileSync(path, chunk, { mode: 0o600 });
        writtenBytes += chunk.length;
      } catch (error) {
        // The state folder was deleted (the stand-in is about to end), or the disk is full: serving goes on.
        if (!['ENOENT', 'ENOSPC'].includes(systemErrorCode(error) ?? '')) throw error;
      }
    },
  };
}
