import { flagOf, type OptionDefinition, type OptionDefinitions } from '../../core/options/definition.ts';
import type { FormField } from './form-shape.ts';

/** A field for each option, in the order of its declaration: a new flag is in the form without a line here. */
export function formFields(definitions: OptionDefinitions): FormField[] {
  return Object.entries(definitions).map(([key, definition]) => fieldOf(key, definition));
}

function fieldOf(key: string, definition: OptionDefinition<unknown>): FormField {
  const { kind, description, placeholder, group, choices = [] } = definition;
  return {
    key,
    flag: `--${flagOf(key)}`,
    kind,
    help: description,
    placeholder,
    group: group.replace(/:$/, ''),
    choices,
    shownDefault: definition.shownDefault ?? definition.default ?? '',
  };
}
