import { Option } from 'commander';
import { flagOf, type OptionDefinition } from '../../core/options/definition.ts';

/** As it is written on the command line; of a negatable option both of its forms. */
export function optionsFor(key: string, definition: OptionDefinition<unknown>): Option[] {
  const flag = `--${flagOf(key)}`;
  const shownDefault = definition.shownDefault ?? definition.default;
  const description =
    shownDefault === undefined
      ? definition.description
      : `${definition.description} (default: ${shownDefault})`;
  const short = definition.short === undefined ? '' : `-${definition.short}, `;
  switch (definition.kind) {
    case 'value':
      return [new Option(`${short}${flag} <${definition.placeholder}>`, description)];
    case 'list':
      return [
        new Option(`${short}${flag} <${definition.placeholder}>`, description).argParser(
          (text, before: string[] | undefined) => [...(before ?? []), text],
        ),
      ];
    case 'switch':
      return [new Option(`${short}${flag}`, description)];
    case 'negatable':
      return [new Option(`--no-${flagOf(key)}`, description), new Option(flag, '').hideHelp()];
  }
}
