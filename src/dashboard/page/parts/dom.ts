import { printableLines } from '../../../core/printable.ts';

/** Whatever comes from a run is text, and what would hide in it or turn its direction round is seen as `\u202e`: nothing on the page is made of markup that the run could write. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: { className?: string; text?: string; id?: string; attributes?: Record<string, string> } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  const { className, text, id, attributes = {} } = properties;
  if (className !== undefined) made.className = className;
  if (id !== undefined) made.id = id;
  if (text !== undefined) made.textContent = printableLines(text);
  for (const [attribute, value] of Object.entries(attributes))
    made.setAttribute(attribute, printableLines(value));
  made.append(...children);
  return made;
}

/** @throws Error where the page has no such element: it is ours */
export function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** Only what has changed is set: readers of a screen are told of nothing else, and what is selected stays. */
export function setText(of: Element, text: string): void {
  const shown = printableLines(text);
  if (of.textContent !== shown) of.textContent = shown;
}

/** As `setText`; of a long text its beginning, and the whole when it is opened. */
export function setLongText(of: Element, text: string, mostCharacters: number): void {
  const shown = printableLines(text);
  if (of.textContent === shown) return;
  if (shown.length <= mostCharacters) {
    of.textContent = shown;
    return;
  }
  const cut = shown.slice(0, mostCharacters).toWellFormed();
  const rest = element('span', { text: shown.slice(cut.length) });
  of.replaceChildren(element('details', { className: 'long' }, element('summary', {}, cut), rest));
}

/** Attributes of what may be wider or longer than its place: whoever has no mouse scrolls it with the arrow keys. */
export function scrollable(label: string): Record<string, string> {
  return { tabindex: '0', role: 'group', 'aria-label': label };
}
