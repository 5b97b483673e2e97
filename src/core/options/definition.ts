import type { Parser } from './parser.ts';
import { parseOptional, parseSwitch } from './values.ts';

/**
 * One option of the command line, declared once: its flag, its type, its default, its help, and what code calls it. Its
 * key in a record of options names it for people: `scaleOutCooldown` is the flag `--scale-out-cooldown`, the variable
 * `MLBENCH_SCALE_OUT_COOLDOWN` and the key `scaleOutCooldown` of the config file.
 */
export interface OptionDefinition<Value> {
  kind: 'value' | 'list' | 'switch' | 'negatable' | 'optional';
  /** Shown in help for the value: `N`, `DURATION`; empty for switches. */
  placeholder: string;
  description: string;
  group: string;
  /** What code calls it, its unit at the end: `timeoutMs` for `timeout`. Left out: the key. */
  field?: string;
  /** What is taken without the option, as somebody would type it; shown in help. */
  default?: string;
  /** Shown in help where what happens without the option is no fixed value. */
  shownDefault?: string;
  /** The one-letter form that stands before the flag in help: `t`. */
  short?: string;
  /** One-letter forms that say the same, as other tools have them. */
  alsoShort?: readonly OtherShort[];
  /** The flag may be left out: `mlbench load http://…`. */
  positional?: boolean;
  /** Of an optional one: what the flag means without a value. */
  bare?: string;
  /** Only a flag: neither a variable nor a key of the config file sets it. */
  flagOnly?: boolean;
  /** What a shell may offer as its value. */
  choices?: readonly string[];
  /**
   * @param texts what was given, at least one; more only for a list
   * @param name where it was given, for messages: `--users`, `MLBENCH_USERS`, `"users" in mlbench.config.json`
   * @throws MlbenchError exit code 2
   */
  parse(texts: readonly string[], name: string): Value;
}

export interface OtherShort {
  letter: string;
  /** What it says of other options, by key: `-c 50` is `--users 50 --wait none`. */
  sets?: Readonly<Record<string, string>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a record of options holds values of every type; `Settings` recovers each one's
export type OptionDefinitions = Record<string, OptionDefinition<any>>;

/** What was given, parsed; undefined where nothing was. */
export type Settings<Definitions extends OptionDefinitions> = {
  [Key in keyof Definitions]: ValueOf<Definitions[Key]> | undefined;
};

export type ValueOf<Definition> = Definition extends OptionDefinition<infer Value> ? Value : never;

/** What of a definition is not its value. */
export interface OptionTraits {
  field?: string;
  default?: string;
  shownDefault?: string;
  short?: string;
  alsoShort?: readonly OtherShort[];
  positional?: boolean;
  bare?: string;
  flagOnly?: boolean;
  choices?: readonly string[];
}

/** Declares the options under one heading of the help. */
export function optionGroup(group: string) {
  return {
    value<Value, const Traits extends OptionTraits = object>(
      placeholder: string,
      description: string,
      parse: Parser<Value>,
      traits?: Traits,
    ): OptionDefinition<Value> & Traits {
      const parseLast = (texts: readonly string[], name: string) => parse(texts.at(-1) ?? '', name);
      const { choices } = parse;
      return withTraits(
        { kind: 'value', placeholder, description, group, ...(choices && { choices }), parse: parseLast },
        traits,
      );
    },
    /** May be given more than once. */
    list<Value, const Traits extends OptionTraits = object>(
      placeholder: string,
      description: string,
      parse: Parser<Value>,
      traits?: Traits,
    ): OptionDefinition<Value[]> & Traits {
      const parseAll = (texts: readonly string[], name: string) => texts.map((text) => parse(text, name));
      const { choices } = parse;
      return withTraits(
        { kind: 'list', placeholder, description, group, ...(choices && { choices }), parse: parseAll },
        traits,
      );
    },
    /** `--web` and `--web 8089`: `bare` is meant without a value; null: `--web false` undoes what is set elsewhere. */
    optional<Value, const Traits extends OptionTraits = object>(
      placeholder: string,
      description: string,
      parse: Parser<Value>,
      traits: Traits & { bare: string },
    ): OptionDefinition<Value | null> & Traits {
      const parseLast = (texts: readonly string[], name: string) =>
        parseOptional(texts.at(-1) ?? '', name, parse, traits.bare);
      return withTraits<Value | null, Traits>(
        { kind: 'optional', placeholder, description, group, parse: parseLast },
        traits,
      );
    },
    /** `--json`: true when given. */
    switch<const Traits extends OptionTraits = object>(
      description: string,
      traits?: Traits,
    ): OptionDefinition<boolean> & Traits {
      return withTraits({ ...switchBase, kind: 'switch', description, group }, traits);
    },
    /** `--no-api`: false when given; `--api` undoes what the config file or a variable says. */
    negatable<const Traits extends OptionTraits = object>(
      description: string,
      traits?: Traits,
    ): OptionDefinition<boolean> & Traits {
      return withTraits({ ...switchBase, kind: 'negatable', description, group }, traits);
    },
  };
}

const switchBase = { placeholder: '', parse: parseSwitch };

/** The same options under another heading: a verb that shares them shows them where it likes. */
export function regrouped<const Definitions extends OptionDefinitions>(
  group: string,
  definitions: Definitions,
): Definitions {
  return Object.fromEntries(
    Object.entries(definitions).map(([key, definition]) => [key, { ...definition, group }]),
  ) as Definitions;
}

/** `scaleOutCooldown` → `scale-out-cooldown`. */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** All one-letter forms of an option, the first first. */
export function shortsOf({
  short,
  alsoShort = [],
}: Pick<OptionTraits, 'short' | 'alsoShort'>): readonly OtherShort[] {
  return short === undefined ? alsoShort : [{ letter: short }, ...alsoShort];
}

/** `scaleOutCooldown` → `MLBENCH_SCALE_OUT_COOLDOWN`. */
export function variableOf(key: string): string {
  return `MLBENCH_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
}

/** `noApi` for `api`: how a negatable option is written negated, as a key. */
export function negatedKeyOf(key: string): string {
  return `no${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

function withTraits<Value, Traits extends OptionTraits>(
  definition: OptionDefinition<Value>,
  traits: Traits | undefined,
): OptionDefinition<Value> & Traits {
  return { ...definition, ...traits } as OptionDefinition<Value> & Traits;
}
