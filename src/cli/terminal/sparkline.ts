/** The heights of a line in one row of text, lowest first; a terminal that knows no UTF-8 gets plain characters. */
const sparkLevels = { blocks: '▁▂▃▄▅▆▇█', plain: '_.-=+*#@' } as const;

export type SparkSet = keyof typeof sparkLevels;

/**
 * The last `width` values as a row of characters: the lowest of the scale at 0, the highest at `most`. What is not known
 * is a space.
 * @param most of the scale; 0 or less: nothing is above the lowest
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  most: number,
  set: SparkSet = 'blocks',
): string {
  if (width <= 0) return '';
  const levels = sparkLevels[set];
  const shown = values.slice(-width);
  const cells = shown.map((value) => {
    if (value === null || !Number.isFinite(value)) return ' ';
    const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
    return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))];
  });
  return ' '.repeat(width - shown.length) + cells.join('');
}

/** Whether a terminal shows more than ASCII, as the locale says (POSIX: the first of these that is set). */
export function sparkSetFor(environment: Record<string, string | undefined>): SparkSet {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return /utf-?8/i.test(locale) ? 'blocks' : 'plain';
}
