/** A table whose columns are as wide as their cells, numbers to the right: as the formatter leaves it. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => [...row[column]!].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) => {
        const padding = ' '.repeat(widths[column]! - [...cell].length);
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join(' | ')} |`;
  const rule = widths.map((width, column) =>
    right.includes(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
