import { formatNumber, formatUs } from '../../../charts/format.ts';
import { rowStartUs } from '../../live/heat-map.ts';
import type { HeatColumn } from '../../live/live-shape.ts';
import { element, scrollable } from './dom.ts';

/** How many requests took how long, over the whole run: what a reader of a screen gets for the picture. */
export function createHeatTable(): { place: HTMLElement; show(columns: readonly HeatColumn[]): void } {
  const body = element('tbody');
  const place = element(
    'details',
    { className: 'panel-table' },
    element('summary', { text: 'As a table' }),
    element(
      'div',
      { className: 'scroll', attributes: scrollable('All response times, as a table') },
      element(
        'table',
        {},
        element('caption', { className: 'unseen', text: 'All response times' }),
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { text: 'Response time', attributes: { scope: 'col' } }),
            element('th', { className: 'number', text: 'Requests', attributes: { scope: 'col' } }),
          ),
        ),
        body,
      ),
    ),
  );
  let latest: readonly HeatColumn[] = [];
  const fill = () => body.replaceChildren(...(place.open ? linesOf(latest) : []));
  place.addEventListener('toggle', fill);
  return {
    place,
    show(columns) {
      latest = columns;
      if (place.open) fill();
    },
  };
}

function linesOf(columns: readonly HeatColumn[]): HTMLElement[] {
  const counts = new Map<number, number>();
  for (const { cells } of columns) {
    for (let index = 0; index < cells.length; index += 2) {
      counts.set(cells[index]!, (counts.get(cells[index]!) ?? 0) + cells[index + 1]!);
    }
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([row, count]) =>
      element(
        'tr',
        {},
        element('th', {
          text: `${formatUs(rowStartUs(row))} to ${formatUs(rowStartUs(row + 1))}`,
          attributes: { scope: 'row' },
        }),
        element('td', { className: 'number', text: formatNumber(count) }),
      ),
    );
}
