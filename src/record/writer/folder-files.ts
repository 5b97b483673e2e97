import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files/atomic-file.ts';
import type { Access } from '../../core/files/umask.ts';

/** `result.json` first: without it, what else is left of an older run is none. */
const fileNames = [
  'result.json',
  'timeline.ndjson',
  'intervals.hlog',
  'report.html',
  'response-time.hgrm',
] as const;

type FileName = (typeof fileNames)[number];

/** The files of one run in its folder. What cannot be written is told once, and ends no run. */
export interface FolderFiles {
  readonly access: Access;
  pathOf(name: FileName): string;
  /** False once anything could not be written. */
  complete(): boolean;
  attempt(write: () => void): void;
  /** Whole or not at all. */
  write(name: FileName, text: string): void;
}

/** @param onTrouble told of the first failure */
export function openFolderFiles(
  path: string,
  access: Access,
  onTrouble: (error: MlbenchError) => void,
): FolderFiles {
  const pathOf = (name: FileName) => join(path, name);
  let begun = false;
  let complete = true;
  const attempt = (write: () => void) => {
    try {
      // Until the first is written, an older run in the folder is not touched; from then on, nothing of it is left.
      if (!begun) for (const name of fileNames) rmSync(pathOf(name), { force: true });
      begun = true;
      write();
    } catch (error) {
      if (complete) onTrouble(unwritable(path, error));
      complete = false;
    }
  };
  return {
    access,
    pathOf,
    attempt,
    complete: () => complete,
    write: (name, text) => attempt(() => writeFileAtomic(pathOf(name), text, access)),
  };
}

export function unwritable(path: string, error: unknown): MlbenchError {
  return userError(
    'out-dir',
    `the run's folder ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    systemErrorCode(error) === 'ENOSPC' ? 'free some space there' : 'pass another --out or --state-dir',
    error,
  );
}
