import { createColumnChooser } from './column-chooser.ts';
import { element, scrollable, setLongText } from './dom.ts';

/** A column of a table: how a row's cell reads, and what it is sorted by. */
export interface Column<Row> {
  id: string;
  title: string;
  isNumber: boolean;
  /** Sentences: they wrap. */
  isLong?: true;
  /** Null sorts last, and reads as a dash. */
  value(row: Row): number | string | null;
  write(row: Row): string;
}

export interface DataTable<Row> {
  /** @param pinned stay at the foot, however the others are sorted */
  show(rows: readonly Row[], pinned?: readonly Row[]): void;
}

export interface DataTableOptions<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  /** Said instead of rows. */
  none: string;
  /** Lets people hide columns; the browser remembers them under this name. */
  chosenAs?: string;
}

/** Characters that a cell shows before it is opened. */
const mostOfSentences = 400;
const mostOfName = 120;

type Sorting = { id: string; isAscending: boolean } | null;

/** A table that is sorted by its headings (buttons: keyboard and readers of a screen know them) and keeps its rows. */
export function createDataTable<Row>(
  parent: HTMLElement,
  { caption, columns, keyOf, none, chosenAs }: DataTableOptions<Row>,
): DataTable<Row> {
  let sorting: Sorting = null;
  let shown: { rows: readonly Row[]; pinned: readonly Row[] } = { rows: [], pinned: [] };
  const body = element('tbody');
  const foot = element('tfoot');
  const headings = columns.map((column) => headingOf(column, () => sortBy(column)));
  const empty = element('p', { className: 'none', text: none });
  const table = element(
    'table',
    {},
    element('caption', { className: 'unseen', text: caption }),
    element('thead', {}, element('tr', {}, ...headings)),
    body,
    foot,
  );
  const chooser = chosenAs === undefined ? null : createColumnChooser(chosenAs, columns, () => hideColumns());
  parent.append(
    ...(chooser === null ? [] : [chooser.place]),
    element('div', { className: 'scroll', attributes: scrollable(caption) }, table),
    empty,
  );
  const hideColumns = () => {
    for (const row of table.rows) {
      for (const [index, { id }] of columns.entries())
        row.cells[index]!.hidden = chooser?.isHidden(id) ?? false;
    }
  };
  const sortBy = (column: Column<Row>) => {
    // The third press goes back to the order in which the rows came.
    if (sorting?.id !== column.id) sorting = { id: column.id, isAscending: !column.isNumber };
    else if (sorting.isAscending === !column.isNumber)
      sorting = { id: column.id, isAscending: column.isNumber };
    else sorting = null;
    headings.forEach((heading, index) => {
      const isBy = sorting?.id === columns[index]!.id;
      if (isBy) heading.setAttribute('aria-sort', sorting?.isAscending ? 'ascending' : 'descending');
      else heading.removeAttribute('aria-sort');
    });
    draw();
  };
  const draw = () => {
    const column = columns.find(({ id }) => id === sorting?.id);
    const rows = column === undefined ? shown.rows : sorted(shown.rows, column, sorting?.isAscending ?? true);
    fill(body, rows, columns, keyOf);
    fill(foot, shown.pinned, columns, keyOf);
    if (chooser !== null) hideColumns();
    table.hidden = rows.length === 0 && shown.pinned.length === 0;
    empty.hidden = !table.hidden;
  };
  draw();
  return {
    show(rows, pinned = []) {
      shown = { rows, pinned };
      draw();
    },
  };
}

function headingOf<Row>({ title, isNumber }: Column<Row>, press: () => void): HTMLTableCellElement {
  const button = element('button', { text: title, attributes: { type: 'button' } });
  button.addEventListener('click', press);
  return element(
    'th',
    { ...(isNumber ? { className: 'number' } : {}), attributes: { scope: 'col' } },
    button,
  );
}

function sorted<Row>(rows: readonly Row[], { value }: Column<Row>, isAscending: boolean): Row[] {
  const direction = isAscending ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'number' && typeof right === 'number') return (left - right) * direction;
    return String(left).localeCompare(String(right)) * direction;
  });
}

/** Rows that are there already are changed in place: focus and selection stay where they are. */
function fill<Row>(
  body: HTMLTableSectionElement,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  keyOf: (row: Row) => string,
): void {
  const known = new Map([...body.rows].map((row) => [row.dataset['key'], row]));
  const wanted = rows.map((row) => {
    const key = keyOf(row);
    const line = known.get(key) ?? lineOf(key, columns);
    for (const [index, column] of columns.entries()) {
      setLongText(
        line.cells[index]!,
        column.write(row),
        column.isLong === true ? mostOfSentences : mostOfName,
      );
    }
    return line;
  });
  const isSame =
    wanted.length === body.rows.length && wanted.every((line, index) => body.rows[index] === line);
  if (!isSame) body.replaceChildren(...wanted);
}

function lineOf<Row>(key: string, columns: readonly Column<Row>[]): HTMLTableRowElement {
  const cells = columns.map(({ isNumber, isLong }, index) =>
    element(index === 0 ? 'th' : 'td', {
      className: isNumber ? 'number' : isLong === true ? 'message' : 'word',
      ...(index === 0 ? { attributes: { scope: 'row' } } : {}),
    }),
  );
  const line = element('tr', {}, ...cells);
  line.dataset['key'] = key;
  return line;
}
