import { formatClock } from '../format.ts';
import type { Drawn } from './plot.ts';

/** A chart's figures as a table, for whoever reads rather than looks; made when it is opened, and while it is open. */
export interface PanelTable {
  place: HTMLElement;
  /** The chart has other values. */
  changed(): void;
}

export function createPanelTable(drawn: Drawn): PanelTable {
  const place = document.createElement('details');
  place.className = 'panel-table';
  const summary = document.createElement('summary');
  summary.textContent = 'As a table';
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  // Whoever has no mouse scrolls it with the arrow keys.
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-label', `${drawn.spec.title}, as a table`);
  place.append(summary, scroll);
  const fill = () => scroll.replaceChildren(...(place.open ? [tableOf(drawn)] : []));
  place.addEventListener('toggle', fill);
  return { place, changed: () => place.open && fill() };
}

function tableOf({ spec }: Drawn): HTMLTableElement {
  const table = document.createElement('table');
  const caption = table.createCaption();
  caption.textContent = spec.title;
  caption.className = 'unseen';
  const head = table.createTHead().insertRow();
  head.append(
    ...['Time', ...spec.series.map(({ label }) => label)].map((title, index) => heading(title, index)),
  );
  const body = table.createTBody();
  spec.t.forEach((t, row) => {
    const line = body.insertRow();
    line.append(heading(formatClock(t * 1_000), 0, 'row'));
    for (const { values, write } of spec.series) {
      const cell = line.insertCell();
      cell.className = 'number';
      const value = values[row] ?? null;
      cell.textContent = value === null ? '–' : write(value);
    }
  });
  return table;
}

function heading(text: string, index: number, scope: 'col' | 'row' = 'col'): HTMLTableCellElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.textContent = text;
  if (index > 0) cell.className = 'number';
  return cell;
}
