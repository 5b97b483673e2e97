import { flagOf, type OptionDefinitions, type Settings, type ValueOf } from './definition.ts';

/** What code calls an option. */
type FieldOf<
  Definitions extends OptionDefinitions,
  Key extends keyof Definitions,
> = Definitions[Key] extends {
  field: infer Field extends string;
}
  ? Field
  : Key;

/** What was given, under the names and units that code has for it. */
export type Fields<Definitions extends OptionDefinitions> = {
  [Key in keyof Definitions as FieldOf<Definitions, Key>]?: ValueOf<Definitions[Key]>;
};

type Defaulted<Definitions extends OptionDefinitions> = {
  [Key in keyof Definitions as Definitions[Key] extends { default: string }
    ? FieldOf<Definitions, Key>
    : never]: ValueOf<Definitions[Key]>;
};

/** The same with what is taken where nothing was given. */
export type ResolvedFields<Definitions extends OptionDefinitions> = Omit<
  Fields<Definitions>,
  keyof Defaulted<Definitions>
> &
  Defaulted<Definitions>;

/** @param settings by key; of other options too */
export function fieldsOf<Definitions extends OptionDefinitions>(
  definitions: Definitions,
  settings: Partial<Settings<Definitions>>,
): Fields<Definitions> {
  const fields: Record<string, unknown> = {};
  for (const [key, { field = key }] of Object.entries(definitions)) {
    const value = settings[key];
    if (value !== undefined) fields[field] = value;
  }
  return fields as Fields<Definitions>;
}

/** @param fields of other options too: those are left out */
export function resolveFields<Definitions extends OptionDefinitions>(
  definitions: Definitions,
  fields: Fields<Definitions> = {},
): ResolvedFields<Definitions> {
  const given = fields as Record<string, unknown>;
  const resolved: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    const { field = key, default: text } = definition;
    const value =
      given[field] ?? (text === undefined ? undefined : definition.parse([text], `--${flagOf(key)}`));
    if (value !== undefined) resolved[field] = value;
  }
  return resolved as ResolvedFields<Definitions>;
}

/** Each field's flag, without the dashes. */
export function fieldNames<Definitions extends OptionDefinitions>(
  definitions: Definitions,
): Record<keyof Fields<Definitions>, string> {
  const names = Object.entries(definitions).map(([key, { field = key }]) => [field, flagOf(key)]);
  return Object.fromEntries(names) as Record<keyof Fields<Definitions>, string>;
}
