import type { OptionDefinitions } from '../../core/options/definition.ts';
import type { FormValues } from './form-shape.ts';

/** What of a form was filled in, in the order of the declarations; what is no option of the command is left out. */
export function givenIn(definitions: OptionDefinitions, values: FormValues): Record<string, string[]> {
  const given: Record<string, string[]> = {};
  for (const [key, { kind }] of Object.entries(definitions)) {
    const texts = Object.hasOwn(values, key) ? values[key]!.filter((text) => text !== '') : [];
    if (texts.length === 0 || (kind === 'switch' && texts[0] !== 'true')) continue;
    given[key] = kind === 'list' ? texts : [texts[0]!];
  }
  return given;
}
