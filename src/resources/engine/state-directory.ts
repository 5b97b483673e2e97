import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';

/** What the system said when something in the state directory was to be written, with what helps against it. */
export function unwritableStateDirectory(stateDir: string, error: unknown): MlbenchError {
  return userError(
    'state-dir',
    `the state directory ${stateDir} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    systemErrorCode(error) === 'ENOSPC'
      ? 'free some space there'
      : 'pass another --state-dir, or mend its rights',
    error,
  );
}
