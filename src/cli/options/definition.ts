import { parseSwitch } from './values.ts';

/**
 * One option of the command line. Its key in a record of options names it everywhere: `scaleOutCooldown` is the flag
 * `--scale-out-cooldown`, the variable `MLBENCH_SCALE_OUT_COOLDOWN` and the key `scaleOutCooldown` of the config file.
 */
export interface OptionDefinition<Value> {
  kind: 'value' | 'list' | 'switch' | 'negatable';
  /** Shown in help for the value: `N`, `DURATION`; empty for switches. */
  placeholder: string;
  description: string;
  group: string;
  /** Shown in help: what happens without the option. */
  shownDefault?: string;
  short?: string;
  /** Only a flag: neither a variable nor a key of the config file sets it. */
  flagOnly?: boolean;
  /**
   * @param texts what was given, at least one; more only for a list
   * @param name where it was given, for messages: `--users`, `MLBENCH_USERS`, `"users" in mlbench.config.json`
   * @throws MlbenchError exit code 2
   */
  parse(texts: readonly string[], name: string): Value;
}

// biome-ignore lint/suspicious/noExplicitAny: a record of options holds values of every type; `Settings` recovers each one's
export type OptionDefinitions = Record<string, OptionDefinition<any>>;

/** What was given, parsed; undefined where nothing was. */
export type Settings<Definitions extends OptionDefinitions> = {
  [Key in keyof Definitions]: Definitions[Key] extends OptionDefinition<infer Value>
    ? Value | undefined
    : never;
};

interface Common {
  shownDefault?: string;
  short?: string;
  flagOnly?: boolean;
}

/** Declares the options under one heading of the help. */
export function optionGroup(group: string) {
  return {
    value<Value>(
      placeholder: string,
      description: string,
      parse: (text: string, name: string) => Value,
      more: Common = {},
    ): OptionDefinition<Value> {
      return {
        kind: 'value',
        placeholder,
        description,
        group,
        parse: (texts, name) => parse(texts.at(-1) ?? '', name),
        ...more,
      };
    },
    /** May be given more than once. */
    list<Value>(
      placeholder: string,
      description: string,
      parse: (text: string, name: string) => Value,
      more: Common = {},
    ): OptionDefinition<Value[]> {
      return {
        kind: 'list',
        placeholder,
        description,
        group,
        parse: (texts, name) => texts.map((text) => parse(text, name)),
        ...more,
      };
    },
    /** `--json`: true when given. */
    switch(description: string, more: Common = {}): OptionDefinition<boolean> {
      return { kind: 'switch', placeholder: '', description, group, parse: parseSwitch, ...more };
    },
    /** `--no-api`: false when given; `--api` undoes what the config file or a variable says. */
    negatable(description: string, more: Common = {}): OptionDefinition<boolean> {
      return { kind: 'negatable', placeholder: '', description, group, parse: parseSwitch, ...more };
    },
  };
}

/** `scaleOutCooldown` → `scale-out-cooldown`. */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `scaleOutCooldown` → `MLBENCH_SCALE_OUT_COOLDOWN`. */
export function variableOf(key: string): string {
  return `MLBENCH_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
}

/** `noApi` for `api`: how a negatable option is written negated, as a key. */
export function negatedKeyOf(key: string): string {
  return `no${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}
