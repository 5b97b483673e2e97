/**
 * C0 but the tab, DEL and C1 (a terminal obeys U+009B as it does ESC [), line and paragraph separators, what turns the
 * direction of text round, so that a line can look like another, and what has no width and hides in a name. The joiners
 * U+200C and U+200D stay: scripts and emoji need them.
 * https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text that others wrote, on one line and harmless for a terminal: `\x1b[2J`, `\u202e`. */
export function printable(text: string): string {
  return text.toWellFormed().replace(unprintable, escaped);
}

/** As `printable`, of text in several lines. */
export function printableLines(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, (character) => (character === '\n' ? '\n' : escaped(character)));
}

/**
 * JSON escapes C0 by itself; the rest here, so that it stays the same JSON.
 * @param indent of its lines; none: one line
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(unprintable, (character) =>
    character === '\n' ? '\n' : character.split('').map(escapedUnit).join(''),
  );
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return character < '\u0100' ? `\\x${hex(character, 2)}` : character.split('').map(escapedUnit).join('');
}

function escapedUnit(unit: string): string {
  return `\\u${hex(unit, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
