import { element } from './dom.ts';

/** Which columns of a table are shown. The first one names the row, and stays. */
export interface ColumnChooser {
  place: HTMLElement;
  isHidden(id: string): boolean;
}

/** @param name under which the browser remembers what was hidden */
export function createColumnChooser(
  name: string,
  columns: readonly { id: string; title: string }[],
  changed: () => void,
): ColumnChooser {
  const hidden = new Set(remembered(name));
  const boxes = columns.slice(1).map(({ id, title }) => {
    const box = element('input', { attributes: { type: 'checkbox' } });
    box.checked = !hidden.has(id);
    box.addEventListener('change', () => {
      if (box.checked) hidden.delete(id);
      else hidden.add(id);
      remember(name, [...hidden]);
      changed();
    });
    return element('label', {}, box, title);
  });
  const group = element(
    'div',
    { className: 'choices', attributes: { role: 'group', 'aria-label': 'Columns' } },
    ...boxes,
  );
  return {
    place: element('details', { className: 'chooser' }, element('summary', { text: 'Columns' }), group),
    isHidden: (id) => hidden.has(id),
  };
}

function keyOf(name: string): string {
  return `mlbench-hidden-${name}`;
}

/** A browser may keep nothing, or what somebody else wrote. */
function remembered(name: string): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(keyOf(name)) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

function remember(name: string, ids: readonly string[]): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(ids));
  } catch {
    // It holds until the page is closed.
  }
}
