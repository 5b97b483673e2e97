import { printableJson, unprintable } from '../core/printable.ts';

/** Markup that may go into a page as it is. Made only by `html` and `trusted`. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/**
 * A template whose every interpolated string is escaped: what a service answered, or a file was called, is never
 * markup. `null`, `undefined` and `false` write nothing; lists are joined.
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let markup = strings[0] ?? '';
  parts.forEach((part, index) => {
    markup += render(part) + (strings[index + 1] ?? '');
  });
  return { markup };
}

/** For text of our own making: built assets. Never for anything that was received. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Bidirectional overrides could make a message read as something it is not. */
function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(unprintable, (character) => (character === '\n' ? '\n' : '�'));
}

/** JSON for a `<script type="application/json">`: no string in it can end the element or open a comment. */
export function embedJson(value: unknown): Html {
  return trusted(
    printableJson(value).replace(
      /[<>&]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(render).join('');
}
