import { type MlbenchError, userError } from '../../core/errors.ts';
import type { OptionDefinitions } from '../../core/options/definition.ts';
import type { TypedOption } from './typed-options.ts';

/**
 * Letters that mean something else to another tool, where the value looks like what that tool takes. The same value
 * behind the long flag is taken as it is.
 */
interface BroughtLetter {
  form: string;
  /** The other tool's meaning has a flag of this key; a verb without it is never meant so. */
  beside: string;
  looks: RegExp;
  code: string;
  why(text: string): string;
  /** @param takes whether the verb has an option of a key */
  remedy(text: string, takes: (key: string) => boolean): string;
}

const broughtLetters: readonly BroughtLetter[] = [
  {
    form: '-t',
    beside: 'duration',
    looks: /^\d+(\.\d+)?$/,
    code: 'bad-duration',
    why: (text) =>
      `-t ${text} has no unit: -t is --duration here, a timeout for hey, and a number of threads for wrk`,
    remedy: (text, takes) =>
      [
        `write -t ${text}s for a load of ${text} s`,
        ...(takes('timeout') ? [`as hey means it: --timeout ${text}s`] : []),
        ...(takes('workers') ? [`as wrk means it: --workers ${text}`] : []),
      ].join('; '),
  },
  {
    form: '-d',
    beside: 'duration',
    looks: /^\d+(\.\d+)?\s*(ms|s|sec|m|min|h)?$/i,
    code: 'bad-body',
    why: (text) => `-d ${text} looks like a duration, as of wrk, k6 and autocannon, and -d is the body here`,
    remedy: (text) =>
      `write -z ${/\d$/.test(text) ? `${text}s` : text} for how long; to send ${text}, write --body ${text}`,
  },
  {
    form: '-H',
    beside: 'url',
    looks: /^https?:\/\//i,
    code: 'bad-value',
    why: () => '-H is given a URL, as of locust, and -H is a header here',
    remedy: () =>
      "leave -H out, for the URL may stand alone, or write it as --url; a header is -H 'Name: value'",
  },
  {
    form: '-u',
    beside: 'users',
    looks: /^https?:\/\//i,
    code: 'bad-number',
    why: () => '-u is given a URL, and -u is a number of users here',
    remedy: () => 'leave -u out, for the URL may stand alone, or write it as --url',
  },
  {
    form: '-u',
    beside: 'users',
    looks: /^[^\s:]+:/,
    code: 'bad-number',
    why: () => '-u is given a user and password, as of curl, and -u is a number of users here',
    remedy: () => 'write them into the URL: --url https://user:password@host/',
  },
  {
    form: '-m',
    beside: 'method',
    looks: /^\d/,
    code: 'bad-value',
    why: (text) => `-m ${text} looks like a time-out, as of curl, and -m is the method here`,
    remedy: (text) => `write --timeout ${/\d$/.test(text) ? `${text}s` : text}`,
  },
];

/** @param definitions of the verb: what another tool means by a letter must have a place in it @throws MlbenchError */
export function refuseBroughtLetters(typed: readonly TypedOption[], definitions: OptionDefinitions): void {
  for (const { form, text } of typed) {
    const found = broughtLetters.find(
      (letter) => letter.form === form && letter.beside in definitions && letter.looks.test(text.trim()),
    );
    if (found !== undefined) throw refusal(found, text.trim(), definitions);
  }
}

function refusal(
  { code, why, remedy }: BroughtLetter,
  text: string,
  definitions: OptionDefinitions,
): MlbenchError {
  return userError(
    code,
    why(text),
    remedy(text, (key) => key in definitions),
  );
}
