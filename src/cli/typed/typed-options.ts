import { type MlbenchError, userError } from '../../core/errors.ts';
import { flagOf, type OptionDefinitions } from '../../core/options/definition.ts';
import { hideUserinfo } from '../../core/redact.ts';

/** An option as somebody typed it, once. */
export interface TypedOption {
  key: string;
  /** `--users`, `-c`, or `URL` for what stands alone. */
  form: string;
  text: string;
  /** Another form says it along: `-c 50` says `--wait none`. */
  along?: string;
}

export interface TypedOptions {
  /** By key, as texts: several of a list alone. */
  flags: Record<string, string[]>;
  /** By key, how it was typed, for messages: `-c`. */
  forms: Record<string, string>;
}

/**
 * What was typed, by key. An option that takes one value is typed once: of two values, the one that counts would be
 * anybody's guess.
 * @throws MlbenchError `given-twice`, `contradiction` (exit code 2)
 */
export function gatherTyped(typed: readonly TypedOption[], definitions: OptionDefinitions): TypedOptions {
  refuseUsersAtRate(typed);
  const byKey = new Map<string, TypedOption[]>();
  for (const option of typed) byKey.set(option.key, [...(byKey.get(option.key) ?? []), option]);
  const flags: Record<string, string[]> = {};
  const forms: Record<string, string> = {};
  for (const [key, given] of byKey) {
    const { kind } = definitions[key]!;
    const texts = given.map(({ text }) => text);
    if (kind !== 'list' && !saysOneThing(kind, given)) throw givenTwice(key, kind, given);
    flags[key] = kind === 'list' ? texts : [texts[0]!];
    forms[key] = given[0]!.along ?? given[0]!.form;
  }
  return { flags, forms };
}

/** A switch may be said again, and so may what another form says along. */
function saysOneThing(kind: OptionKind, given: readonly TypedOption[]): boolean {
  const isOne = new Set(given.map(({ text }) => text)).size === 1;
  const spoken = given.filter(({ along }) => along === undefined);
  const isSwitch = kind === 'switch' || kind === 'negatable';
  return isOne && (isSwitch || spoken.length <= 1);
}

type OptionKind = OptionDefinitions[string]['kind'];

function givenTwice(key: string, kind: OptionKind, given: readonly TypedOption[]): MlbenchError {
  const forms = new Set(given.map(({ form, along = '' }) => `${along}${form}`));
  const [first] = given;
  const how =
    kind !== 'optional' && forms.size === 1 && first!.along === undefined
      ? `${first!.form} is given ${times(given.length)}: ${listed(given.map(({ text }) => shown(text)))}`
      : `--${flagOf(key)} is given ${times(given.length)}: ${listed(given.map(typedForm))}`;
  return userError('given-twice', how, 'keep one of them');
}

function times(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}

function typedForm({ form, text, along }: TypedOption): string {
  if (along !== undefined) return `${form} ${shown(text)} (by ${along})`;
  return /^--/.test(form) && (text === 'true' || text === 'false') ? form : `${form} ${shown(text)}`;
}

function listed(parts: readonly string[]): string {
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** One line of it, without a user's password. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const short = line.length > mostShown ? `${line.slice(0, mostShown)}…` : line;
  return /^\w+:\/\//.test(short) ? hideUserinfo(short) : short === '' ? '""' : short;
}

const mostShown = 60;

/**
 * hey's -q is the rate of each of -c workers, oha's is the rate of all. An arrival here waits for no worker, so that
 * neither is meant by both letters together.
 */
function refuseUsersAtRate(typed: readonly TypedOption[]): void {
  const users = typed.find(({ form }) => form === '-c');
  const rate = typed.find(({ key }) => key === 'rate');
  if (users === undefined || rate === undefined) return;
  const together = Number(users.text) * Number(rate.text);
  const asHey = Number.isFinite(together) ? `as hey means it: --rate ${together}; ` : '';
  throw userError(
    'contradiction',
    `-c ${users.text} and ${rate.form} ${rate.text} are different loads: users (-c) send when they are answered, and arrivals at a rate wait for no user; hey's -q is the rate of each worker, oha's of all`,
    `${asHey}as oha means it: --rate ${rate.text} --connections ${users.text}`,
  );
}
