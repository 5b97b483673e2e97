import { element, place } from './parts/dom.ts';

const keyMap: readonly [key: string, does: string][] = [
  ['1 … 9', 'choose a view'],
  ['← →', 'the view beside, with a tab in focus; in a chart, the cursor'],
  ['p', 'pause, and resume'],
  ['x', 'stop the load'],
  ['r', 'count the figures from now on; again: of the whole run'],
  ['?', 'these keys'],
  ['Esc', 'close this'],
];

/** Keys press the buttons that carry them, and digits choose a view; while somebody types they are text. */
export function listenForKeys(): void {
  const help = createHelp();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') {
      help();
      return;
    }
    const button = document.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key)}"]`);
    const tab = /^[1-9]$/.test(event.key)
      ? document.querySelectorAll<HTMLButtonElement>('[role="tab"]')[Number(event.key) - 1]
      : undefined;
    // What is not shown is not pressed.
    if (button !== null && button.offsetParent === null) return;
    (button ?? tab)?.click();
  });
}

/** @returns shows the keys, or takes them away */
function createHelp(): () => void {
  const lines = keyMap.flatMap(([key, does]) => [
    element('dt', {}, element('kbd', { text: key })),
    element('dd', { text: does }),
  ]);
  const close = element('button', { text: 'Close', attributes: { type: 'button' } });
  const dialog = element(
    'dialog',
    { id: 'keys', attributes: { 'aria-labelledby': 'keys-title' } },
    element('h2', { id: 'keys-title', text: 'Keys' }),
    element('dl', {}, ...lines),
    close,
  );
  close.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
  const toggle = () => (dialog.open ? dialog.close() : dialog.showModal());
  place('keys-button').addEventListener('click', toggle);
  return toggle;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  );
}
