import { flagOf, negatedKeyOf, type OptionDefinitions, shortsOf } from '../../core/options/definition.ts';
import { nearest } from '../../core/suggestion.ts';
import type { ForeignWord } from './foreign-word.ts';
import { entriesOf, flagsNamed, flagWords, spoken } from './foreign-words.ts';

/** A verb with everything that it takes: common options too. */
export interface KnownVerb {
  /** `load`, `local start`. */
  name: string;
  options: OptionDefinitions;
}

/**
 * What to type instead of a flag that a verb does not take.
 * @param typed as it was typed, without its value: `--vus`, `-k`, `-rate`
 * @param asked null: no verb was named
 * @param verbs in the order in which they are named
 */
export function answerFlag(
  typed: string,
  asked: KnownVerb | null,
  verbs: readonly KnownVerb[],
): string | null {
  const word = typed.replace(/^-+/, '');
  const written = word.length > 1 ? `--${kebab(word)}` : typed;
  const own = asked === null ? [] : flagsOf(asked);
  if (written !== typed && own.includes(written)) return `write ${written}`;
  const others = verbs.filter((verb) => verb.name !== asked?.name && flagsOf(verb).includes(written));
  // Most flags without a verb are of a load; `-f` alone is rather a script of another tool than `logs --follow`.
  if (asked === null && others[0]?.name === verbs[0]?.name && others.length > 0)
    return behindVerb(written, others[0]!);
  const foreign = entriesOf(word, flagWords);
  if (foreign.length > 0)
    return foreign.map((entry) => foreignAnswer(typed, entry, asked, verbs)).join(' · ');
  if (others.length > 0)
    return asked === null ? behindVerb(written, others[0]!) : ofOtherVerbs(written, others, asked);
  const all = asked === null ? verbs.flatMap(flagsOf) : own;
  const near =
    word.length > 1
      ? nearest(
          typed,
          all.filter((flag) => flag.startsWith('--')),
        )
      : undefined;
  return near === undefined ? null : `did you mean ${near}?`;
}

/** Every form that can be typed: `--users`, `-u`, `-c`, `--no-api`. */
export function flagsOf({ options }: KnownVerb): string[] {
  return Object.entries(options).flatMap(([key, definition]) => [
    `--${flagOf(key)}`,
    ...(definition.kind === 'negatable' ? [`--${flagOf(negatedKeyOf(key))}`] : []),
    ...shortsOf(definition).map(({ letter }) => `-${letter}`),
  ]);
}

function foreignAnswer(
  typed: string,
  entry: ForeignWord,
  asked: KnownVerb | null,
  verbs: readonly KnownVerb[],
): string {
  const named = flagsNamed(entry);
  const takes = (verb: KnownVerb) => named.every((flag) => flagsOf(verb).includes(flag));
  if (named.length === 0 || (asked !== null && takes(asked))) return spoken(typed, entry);
  const verb = verbs.find(takes);
  return spoken(typed, entry, verb === undefined ? '' : `, of \`mlbench ${verb.name}\``);
}

function behindVerb(flag: string, verb: KnownVerb): string {
  return `write it behind its verb: \`mlbench ${verb.name} ${flag} …\``;
}

function ofOtherVerbs(flag: string, others: readonly KnownVerb[], asked: KnownVerb): string {
  const names = others.map(({ name }) => `\`mlbench ${name}\``);
  const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${flag} is a flag of ${listed}; \`mlbench ${asked.name} --help\` lists what ${asked.name} takes`;
}

/** `scaleOutCooldown` and `scale_out_cooldown`, as the flag is written. */
function kebab(word: string): string {
  return word
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
