/**
 * C0 but the tab, DEL and C1 (a terminal obeys U+009B as it does ESC [), line and paragraph separators, and what turns
 * the direction of text round, so that a line can look like another:
 * https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text that others wrote, harmless for a terminal: `\x1b[2J`, `\u202e`. */
export function printable(text: string): string {
  return text.toWellFormed().replace(unprintable, escaped);
}

/** JSON escapes C0 by itself; the rest here, so that it stays the same JSON. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(unprintable, (character) => `\\u${hex(character, 4)}`);
}

function escaped(character: string): string {
  if (character === '\r') return '\\r';
  return character < '\u0100' ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
