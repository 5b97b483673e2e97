import { styleText } from 'node:util';

const names = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'cyan', 'magenta'] as const;

/** Colours and weights; identity where the output has none, so that a renderer need not know. They nest. */
export type Style = Record<(typeof names)[number], (text: string) => string>;

export const plainStyle: Style = styleOf(() => (text) => text);

/** Whether an output wants colours is asked in `terminal.ts`, per output: here they are always given. */
export const colourStyle: Style = styleOf(
  (name) => (text) => styleText(name, text, { validateStream: false }),
);

function styleOf(make: (name: (typeof names)[number]) => (text: string) => string): Style {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Style;
}
