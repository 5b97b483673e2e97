import type { Style } from '../../terminal/style.ts';
import { displayWidth, wrap } from '../../terminal/text.ts';

const narrowColumns = 56;

/** `  name         value`, the value wrapped under itself. */
export function factLines(name: string, value: string, style: Style, width: number): string[] {
  const indent = 15;
  // On a narrow screen, the value stands under its name.
  if (width < narrowColumns && name.length + displayWidth(value) + 4 > width)
    return [`  ${style.dim(name)}`, ...wrap(value, width - 4).map((line) => `    ${line}`)];
  return wrap(value, width - indent).map((line, index) =>
    index === 0 ? `  ${style.dim(name.padEnd(indent - 2))}${line}` : `${' '.repeat(indent)}${line}`,
  );
}
