import type { ForeignWord } from './foreign-word.ts';
import { machineWords } from './machine-words.ts';
import { offeredWords } from './offered-words.ts';
import { outcomeWords } from './outcome-words.ts';
import { requestWords } from './request-words.ts';

export { verbWords } from './verb-words.ts';

/** Flags of other load generators and cloud tools, by what they are about. */
export const flagWords: readonly ForeignWord[] = [
  ...offeredWords,
  ...requestWords,
  ...outcomeWords,
  ...machineWords,
];

/** The entries that have a word: a letter means one thing to one tool and another to the next. */
export function entriesOf(word: string, words: readonly ForeignWord[]): readonly ForeignWord[] {
  const lower = word.length === 1 ? word : word.toLowerCase().replaceAll('_', '-');
  return words.filter((entry) => wordsOf(entry).some((own) => own === word || own === lower));
}

export function wordsOf({ words }: ForeignWord): string[] {
  return words.split(' ');
}

/** `--vus is known from k6; here: --users N`. @param place what of mlbench takes the flags named, where it is not what was asked */
export function spoken(typed: string, { of, here }: ForeignWord, place = ''): string {
  return of === undefined ? `here${place}: ${here}` : `${typed} is known from ${of}; here${place}: ${here}`;
}

/** The flags that an answer names of the verb asked; what stands in backticks is of the verb named there. */
export function flagsNamed({ here }: ForeignWord): string[] {
  return here.replace(/`[^`]*`/g, '').match(/--[a-z][a-z-]*/g) ?? [];
}
