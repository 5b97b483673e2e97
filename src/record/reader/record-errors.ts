import { type MlbenchError, userError } from '../../core/errors.ts';

/**
 * Why a record is not read, each with exit code 2: one line that names the run, the file and the reason.
 *
 *   no-such-run      there is no such run, and no such folder
 *   not-a-run        a file, or a folder without a run in it
 *   run-unfinished   the run never ended: there is no result
 *   run-version      another version of mlbench wrote it
 *   run-truncated    a file is missing, cut short or changed
 *   run-unreadable   a file cannot be read, is too large, or holds what no run writes
 */
export type RecordProblem =
  | 'no-such-run'
  | 'not-a-run'
  | 'run-unfinished'
  | 'run-version'
  | 'run-truncated'
  | 'run-unreadable';

/** How the caller was asked for the run: `--from-run 20260301T142501Z-3f9a`, for the head of a message. */
export type RecordRefusal = (
  problem: RecordProblem,
  what: string,
  remedy: string,
  cause?: unknown,
) => MlbenchError;

export function refuseRecord(asked: string): RecordRefusal {
  return (problem, what, remedy, cause) => userError(problem, oneLine(`${asked}: ${what}`), remedy, cause);
}

/** Names and values in a file may be anything. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
