/** Keys press the buttons that carry them, and digits choose a view; while somebody types they are text. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const button = document.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key)}"]`);
    const tab = /^[1-9]$/.test(event.key)
      ? document.querySelectorAll<HTMLButtonElement>('[role="tab"]')[Number(event.key) - 1]
      : undefined;
    (button ?? tab)?.click();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
