/** Text measured and cut as a terminal shows it. */
import stringWidth from 'string-width';
import { endOfStyles } from './style.ts';

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
      if (columns >= width) return `${out}…${styled ? endOfStyles : ''}`;
      out += segment;
    }
  }
  return out;
}

/**
 * Breaks at spaces so that no line is wider than `width`. A word that is wider itself (an address, a name) breaks after
 * what parts it, a slash first, else where the line ends.
 */
export function wrap(text: string, width: number): string[] {
  return wrapped(text, width, width);
}

function wrapped(text: string, firstWidth: number, width: number): string[] {
  const lines: string[] = [];
  const most = () => Math.max(leastColumns, lines.length === 0 ? firstWidth : width);
  let line: string | undefined;
  for (const word of text.split(' ')) {
    if (line !== undefined && displayWidth(line) + 1 + displayWidth(word) <= most()) {
      line = `${line} ${word}`;
      continue;
    }
    if (line !== undefined) lines.push(line);
    const pieces =
      displayWidth(word) <= most() ? [word] : brokenWord(word, most(), Math.max(leastColumns, width));
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line ?? ''];
}

/**
 * A line that is wider than `width` goes on under itself: indented as it is, and `hang` columns more. Nothing is cut:
 * what comes last in a line is often the reason.
 */
export function wrapLine(line: string, width: number, hang = 2): string[] {
  if (displayWidth(line) <= width) return [line];
  const indent = line.length - line.trimStart().length;
  // On a narrow screen the text is worth more than its place.
  const under = Math.min(indent + hang, Math.max(0, width - 2 * leastColumns));
  const start = Math.min(indent, under);
  const lines = wrapped(line.trimStart(), width - start, width - under);
  return lines.map((one, index) => (' '.repeat(index === 0 ? start : under) + one).trimEnd());
}

export function wrapLines(lines: readonly string[], width: number, hang = 2): string[] {
  return lines.flatMap((line) => wrapLine(line, width, hang));
}

/** Fewer are none: a terminal of so few columns breaks lines itself. */
const leastColumns = 8;

const parting = /[/,;=:&?_.-]/;

/**
 * Where a word that is wider than its line breaks: after its last slash, for what stands between slashes is read as one
 * (`2026-01-01-run`); else after another parting character; else at the end. What would leave most of the line empty is
 * none.
 */
function breakOf(piece: string, width: number): number {
  let end = 0;
  let columns = 0;
  let afterSlash = 0;
  let afterOther = 0;
  for (const [index, part] of piece.split(sgrSequence).entries()) {
    if (index % 2 === 1) {
      end += part.length;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      end += segment.length;
      columns += displayWidth(segment);
      if (columns <= width / 3 || !parting.test(segment)) continue;
      if (segment === '/') afterSlash = end;
      else afterOther = end;
    }
  }
  return afterSlash || afterOther || piece.length;
}

function brokenWord(word: string, firstWidth: number, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const [index, part] of word.split(sgrSequence).entries()) {
    if (index % 2 === 1) {
      piece += part;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      const wide = displayWidth(segment);
      const most = pieces.length === 0 ? firstWidth : width;
      if (columns + wide > most && piece !== '') {
        const end = breakOf(piece, most);
        pieces.push(piece.slice(0, end));
        piece = piece.slice(end);
        columns = displayWidth(piece);
      }
      piece += segment;
      columns += wide;
    }
  }
  return [...pieces, piece];
}

/** Columns aligned by their widest cell, `gap` spaces between; `right` names the columns that are numbers. */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
  gap = 2,
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, column) => (right.has(column) ? padStart : padEnd)(cell, widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/**
 * A table where it fits the width; else an entry a row, each cell after what its column is called. The first `names`
 * columns say what the row is about.
 */
export function tableOrList(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right, width, names = 1 }: { right: ReadonlySet<number>; width: number; names?: number },
): string[] {
  for (const gap of [2, 1]) {
    const lines = table([head, ...rows], right, gap);
    if (lines.every((line) => displayWidth(line) <= width)) return lines;
  }
  return rows.flatMap((row) => {
    const subject = row.slice(0, names).filter((cell) => cell.trim() !== '');
    const facts = row
      .map((cell, index) => ({ cell, name: (head[index] ?? '').trim() }))
      .slice(names)
      .filter(({ cell }) => cell.trim() !== '')
      .map(({ cell, name }) => (name === '' ? cell : `${name} ${cell}`));
    return wrapLine(`${subject.join(' ')}: ${facts.join(', ')}`, width, 4);
  });
}
