import { userError } from '../../core/errors.ts';
import type { KnownVerb } from '../foreign/answer-flag.ts';
import type { TypedOption } from './typed-options.ts';

/**
 * A value written right behind its letter: `-c50`. Go's tools write `-n=1000`, so that a `=` there is no part of the
 * value; of a body it is, as curl takes it.
 */
export function takeEqualsSign(option: TypedOption, args: readonly string[]): TypedOption {
  const { key, form, text } = option;
  if (key === 'body' || !isAttached(option, args) || !text.startsWith('=')) return option;
  return { key, form, text: text.slice(1) };
}

/**
 * `-rate 50` is a long flag with one dash, as Go's tools have it, and would be read as `-r ate`.
 * @throws MlbenchError `unknown-option`
 */
export async function refuseOneDash(
  typed: readonly TypedOption[],
  args: readonly string[],
  asked: KnownVerb,
): Promise<void> {
  const words = typed
    .filter((option) => isAttached(option, args))
    .map((option) => ({ option, word: `${option.form.slice(1)}${option.text}`.replace(/=.*$/s, '') }))
    .filter(({ word }) => /^[a-z][a-z-]{2,}$/i.test(word));
  if (words.length === 0) return;
  // Loaded only where it may be needed: the words are many.
  const { answerFlag, flagsOf } = await import('../foreign/answer-flag.ts');
  const { entriesOf, flagWords } = await import('../foreign/foreign-words.ts');
  const flags = flagsOf(asked);
  for (const { option, word } of words) {
    if (!flags.includes(`--${word}`) && entriesOf(word, flagWords).length === 0) continue;
    throw userError(
      'unknown-option',
      `unknown option '-${word}': a long flag has two dashes, and one dash reads as ${option.form} ${option.text}`,
      answerFlag(`-${word}`, asked, [asked]) ?? '',
    );
  }
}

function isAttached({ form, text }: TypedOption, args: readonly string[]): boolean {
  return /^-[A-Za-z]$/.test(form) && text !== '' && args.includes(`${form}${text}`);
}
