import { formatNumber, formatUs } from '../../../charts/format.ts';
import type { StatisticsRow } from '../../live/live-shape.ts';
import { type Column, createDataTable } from '../parts/data-table.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** A line a request name, in locust's columns; the sum of all stays at the foot. */
export const statistics: ViewMaker = (place) => {
  const table = createDataTable<StatisticsRow>(place, {
    caption: 'Requests by name',
    columns,
    keyOf: ({ method, name }) => `${method} ${name}`,
    none: 'Nothing has been answered yet.',
    chosenAs: 'statistics',
  });
  return {
    id: 'statistics',
    title: 'Statistics',
    show({ facts, now: { figures } }) {
      if (figures === null) return table.show([]);
      const { rows, total } = figures;
      table.show(rows.length === 0 ? [{ ...total, ...facts.request }] : rows, [total]);
    },
  };
};

const columns: readonly Column<StatisticsRow>[] = [
  text('name', 'Name', ({ name }) => name),
  text('method', 'Type', ({ method }) => method),
  count('ended', '# Requests', ({ ended }) => ended),
  count('failed', '# Fails', ({ failed }) => failed),
  time('p50', 'Median'),
  time('p95', '95%ile'),
  time('p99', '99%ile'),
  time('mean', 'Average'),
  time('min', 'Min'),
  time('max', 'Max'),
  count('size', 'Average size (bytes)', ({ meanBodyBytes }) => meanBodyBytes),
  count('rate', 'Current RPS', ({ rateRps }) => rateRps),
  count('failedRate', 'Current failures/s', ({ failedRps }) => failedRps),
];

function text(id: string, title: string, value: (row: StatisticsRow) => string): Column<StatisticsRow> {
  return { id, title, isNumber: false, value, write: value };
}

function count(
  id: string,
  title: string,
  value: (row: StatisticsRow) => number | null,
): Column<StatisticsRow> {
  return { id, title, isNumber: true, value, write: (row) => written(value(row), formatNumber) };
}

function time(id: 'p50' | 'p95' | 'p99' | 'mean' | 'min' | 'max', title: string): Column<StatisticsRow> {
  return { id, title, isNumber: true, value: (row) => row[id], write: (row) => formatUs(row[id]) };
}

function written(value: number | null, write: (value: number) => string): string {
  return value === null ? '–' : write(value);
}
