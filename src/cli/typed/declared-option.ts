import { Option } from 'commander';
import {
  flagOf,
  negatedKeyOf,
  type OptionDefinition,
  type OtherShort,
  shortsOf,
} from '../../core/options/definition.ts';

/**
 * One form of a declared option, as commander reads it. Every form is an option of its own, so that a refusal can name
 * what was typed: `-c` and not `--users`.
 */
export class DeclaredOption extends Option {
  readonly form: OptionForm;
  /** Shown in help: all forms of the option. */
  term: string;

  constructor(flags: string, form: OptionForm, description = '') {
    super(flags, description);
    this.form = form;
    this.term = flags;
    if (description === '') this.hideHelp();
  }
}

interface OptionForm {
  /** Of the option that it is a form of. */
  key: string;
  /** As it is typed: `--users`, `-c`. */
  typed: string;
  /** What typing it says without a value. */
  says?: string;
  /** What it says of other options, by key. */
  sets?: Readonly<Record<string, string>> | undefined;
}

/** Every form of an option; the first is shown in help, and names the others. */
export function formsOf(key: string, definition: OptionDefinition<unknown>): DeclaredOption[] {
  const long = `--${flagOf(key)}`;
  const value = valueForm(definition);
  const says = value === '' || definition.kind === 'optional' ? { says: 'true' } : {};
  const isNegatable = definition.kind === 'negatable';
  const first = isNegatable
    ? { key, typed: `--${flagOf(negatedKeyOf(key))}`, says: 'false' }
    : { key, typed: long, ...says };
  const shown = new DeclaredOption(`${first.typed}${value}`, first, helpOf(key, definition));
  const same = shortsOf(definition).filter(({ sets }) => sets === undefined);
  shown.term = [...same.map(({ letter }) => `-${letter}`), shown.flags].join(', ');
  return [
    shown,
    ...(isNegatable ? [new DeclaredOption(long, { key, typed: long, ...says })] : []),
    ...shortsOf(definition).map(
      ({ letter, sets }) =>
        new DeclaredOption(`-${letter}${value}`, { key, typed: `-${letter}`, ...says, sets }),
    ),
  ];
}

function valueForm({ kind, placeholder }: OptionDefinition<unknown>): string {
  if (placeholder === '') return '';
  return kind === 'optional' ? ` [${placeholder}]` : ` <${placeholder}>`;
}

function helpOf(key: string, definition: OptionDefinition<unknown>): string {
  const { description, placeholder, alsoShort = [], positional = false } = definition;
  const shownDefault = definition.shownDefault ?? definition.default;
  const more = [
    ...(positional ? [`the URL may stand alone, without --${flagOf(key)}`] : []),
    ...alsoShort.flatMap((short) => otherFormHelp(key, placeholder, short)),
  ];
  return [
    [description, ...more].join('; '),
    ...(shownDefault === undefined ? [] : [` (default: ${shownDefault})`]),
  ].join('');
}

/** `-c N: --users N --wait none`; what says the same stands before the flag. */
function otherFormHelp(key: string, placeholder: string, { letter, sets }: OtherShort): string[] {
  if (sets === undefined) return [];
  const value = placeholder === '' ? '' : ` ${placeholder}`;
  const along = Object.entries(sets).map(([other, text]) => ` --${flagOf(other)} ${text}`);
  return [`-${letter}${value}: --${flagOf(key)}${value}${along.join('')}`];
}
