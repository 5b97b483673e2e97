import type { Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/text.ts';

/** `  name         value`, the value wrapped under itself. */
export function factLines(name: string, value: string, style: Style, width: number): string[] {
  const indent = 15;
  return wrap(value, Math.max(30, width - indent)).map((line, index) =>
    index === 0 ? `  ${style.dim(name.padEnd(indent - 2))}${line}` : `${' '.repeat(indent)}${line}`,
  );
}
