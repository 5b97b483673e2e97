import { inspect } from 'node:util';
import { sealed } from './sealed.ts';

const names = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'cyan', 'magenta'] as const;

/** Colours and weights; identity where the output has none, so that a renderer need not know. They nest. */
export type Style = Record<(typeof names)[number], (text: string) => string>;

export const plainStyle: Style = styleOf(() => (text) => text);

/** Whether an output wants colours is asked in `terminal.ts`, per output: here they are always given. */
export const colourStyle: Style = styleOf((name) => {
  const [on, off] = inspect.colors[name]!;
  const [open, close] = [sealed(`${on}m`), sealed(`${off}m`)];
  // What a style within has ended goes on after it.
  return (text) => `${open}${text.replaceAll(close, `${close}${open}`)}${close}`;
});

/** Ends every style. */
export const endOfStyles = sealed('0m');

function styleOf(make: (name: (typeof names)[number]) => (text: string) => string): Style {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Style;
}
