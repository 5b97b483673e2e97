/** Text measured and cut as a terminal shows it. */
import stringWidth from 'string-width';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for
const sgrSequence = /(\u001b\[[0-9;]*m)/;

/** Columns that `text` takes: escape sequences none, wide characters two. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** At most `width` columns, an ellipsis where something was cut; colours are kept and closed. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  let columns = 0;
  let out = '';
  let styled = false;
  for (const [index, part] of text.split(sgrSequence).entries()) {
    // A split by a group gives what it matched at the odd places.
    if (index % 2 === 1) {
      out += part;
      styled = true;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      columns += displayWidth(segment);
      if (columns >= width) return `${out}…${styled ? '\u001b[0m' : ''}`;
      out += segment;
    }
  }
  return out;
}

/** Breaks at spaces so that no line is wider than `width`, if its words allow. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Columns aligned by their widest cell, two spaces between; `right` names the columns that are numbers. */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, column) => (right.has(column) ? padStart : padEnd)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
