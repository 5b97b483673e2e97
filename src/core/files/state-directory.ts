import { type MlbenchError, systemErrorCode, userError } from '../errors.ts';

/** What the system said when something in the state directory was to be written, with what helps against it. */
export function unwritableStateDirectory(stateDir: string, error: unknown): MlbenchError {
  return userError(
    'state-dir',
    `the state directory ${stateDir} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    isFull(error) ? 'free some space there' : 'pass another --state-dir, or mend its rights',
    error,
  );
}

/** Trouble with the place that is written to, and no fault of what is written. */
export function isPlaceTrouble(error: unknown): boolean {
  return placeTroubles.has(systemErrorCode(error) ?? '');
}

const placeTroubles = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOTDIR',
]);

function isFull(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
