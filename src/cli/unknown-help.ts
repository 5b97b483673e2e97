import { type MlbenchError, userError } from '../core/errors.ts';
import { nearest } from '../core/suggestion.ts';
import type { VerbEntry } from './verbs/verb.ts';

/** @param entries what there is help on, where the word stands */
export function unknownHelp(word: string, entries: readonly VerbEntry[]): MlbenchError {
  const near = nearest(
    word,
    entries.map(({ name }) => name),
  );
  return userError(
    'unknown-command',
    `there is no help on '${word}': there is no such command`,
    near === undefined ? '`mlbench --help` lists what there is' : `did you mean ${near}?`,
  );
}
