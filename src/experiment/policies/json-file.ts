import { systemErrorCode, userError } from '../../core/errors.ts';
import { readWhole } from '../../core/files/read-whole.ts';
import { findRepeatedKey } from '../../core/repeated-key.ts';

const mostBytes = 16_777_216;

/**
 * @param flag that names the file
 * @param holds what it should hold: `a policy as PutScalingPolicy takes it`
 * @throws MlbenchError `policy-unreadable` (exit code 2)
 */
export function readJsonFile(flag: string, path: string, holds: string): unknown {
  let text: string;
  try {
    text = readWhole(path, mostBytes).toString('utf8');
  } catch (error) {
    throw userError(
      'policy-unreadable',
      `${flag}: the file ${path} cannot be read: ${systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error))}`,
      `name a JSON file with ${holds}`,
      error,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw userError(
      'policy-unreadable',
      `${flag} ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      `correct the file: it holds ${holds}`,
      error,
    );
  }
  const repeated = findRepeatedKey(text);
  if (repeated === null) return content;
  throw userError(
    'policy-unreadable',
    `${flag} ${path}:${repeated.line}:${repeated.column} has "${repeated.key}" a second time`,
    'keep one of them',
  );
}
