import { isMissingWord } from './elements.ts';
import { badRequest } from './request-error.ts';
import { boundRows, type Row, type RowContext } from './rows.ts';

/**
 * RFC 4180: one instance a record, in the order of the model's columns, or in any order under a header that names them.
 * @throws RequestError 400
 */
export function decodeCsv(text: string, context: RowContext): Row[] {
  const records = parseCsv(text, context.blankIsValue === true);
  const [first] = records;
  if (first === undefined) throw badRequest('there are no instances in the body');
  refuseOtherSeparator(first, context);
  if (!(context.header === undefined ? isHeader(first.cells, context) : context.header === 'present')) {
    return records.map((record) => ({ where: `line ${record.line}`, value: record.cells, isText: true }));
  }
  const header = first.cells.map((cell) => cell.trim());
  // A caller who says that there is a header may name columns that have no names here.
  const named = context.columnNames.length > 0 || context.header === undefined;
  const order = named ? orderOf(header, first.line, context) : null;
  if (records.length === 1) throw badRequest('there is a header, but no instance below it');
  return records.slice(1).map(({ line, cells }) => {
    const where = `line ${line}`;
    if (cells.length !== header.length) {
      throw badRequest(`${where}: ${cells.length} cells under ${header.length} columns`);
    }
    return { where, value: order === null ? cells : order.map((at) => cells[at]), isText: true };
  });
}

interface CsvRecord {
  /** Where it starts. */
  line: number;
  cells: string[];
  /** Of one cell: it was not quoted. */
  bare: boolean;
}

/**
 * Blank lines are passed over.
 * @param blankIsValue a blank line between records could as well be a record: it is refused
 * @throws RequestError 400 for a stray quote
 */
export function parseCsv(text: string, blankIsValue = false): CsvRecord[] {
  const records: CsvRecord[] = [];
  let blank: number | undefined;
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    const bare = text[at] !== '"';
    for (;;) {
      const cell = text[at] === '"' ? readQuoted(text, at, line) : readPlain(text, at);
      cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    if (at < text.length && text[at] !== '\n' && text[at] !== '\r') {
      throw badRequest(`line ${line}: "${text[at]}" after a closing quote`);
    }
    at += 1;
    line += 1;
    if (cells.length === 1 && bare && cells[0]!.trim() === '') {
      blank ??= start;
      continue;
    }
    if (blankIsValue && blank !== undefined) {
      throw badRequest(`line ${blank} is blank: write "" or nan if it is an instance, or leave the line out`);
    }
    records.push({ line: start, cells, bare });
    boundRows(records.length);
  }
  return records;
}

interface Cell {
  value: string;
  end: number;
  /** Line breaks inside the cell. */
  lines: number;
}

function readPlain(text: string, start: number): Cell {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end, lines: 0 };
}

function readQuoted(text: string, start: number, line: number): Cell {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw badRequest(`line ${line}: a quote is opened and never closed`);
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') return { value, end: at, lines: value.split('\n').length - 1 };
    value += '"';
    at += 1;
  }
}

/**
 * A record of one cell with another separator in it is no record of one cell, unless text is what the model takes, one
 * a row.
 */
function refuseOtherSeparator({ cells, bare, line }: CsvRecord, context: RowContext): void {
  const [only = ''] = cells;
  const separator = /[;\t|]/.exec(only)?.[0];
  if (cells.length > 1 || !bare || separator === undefined || context.takesLoneText === true) return;
  throw badRequest(
    `line ${line}: its cells are separated by ${JSON.stringify(separator)}, and commas are taken here; put quotes around a cell that holds one`,
  );
}

/** Where under the header each of the model's columns stands. @throws RequestError 400 */
function orderOf(header: readonly string[], line: number, { columnNames }: RowContext): number[] {
  const places = new Map(columnNames.map((name) => [name, -1]));
  for (const [at, name] of header.entries()) {
    const place = places.get(name);
    if (place === undefined) {
      const names =
        columnNames.length > 0
          ? `the model has ${columnNames.slice(0, 50).join(', ')}`
          : 'the model names none, so leave the header out';
      throw badRequest(`line ${line}: unknown column "${name}"; ${names}`);
    }
    if (place >= 0) throw badRequest(`line ${line}: the column "${name}" is there twice`);
    places.set(name, at);
  }
  return columnNames.map((name) => {
    const at = places.get(name)!;
    if (at < 0) throw badRequest(`line ${line}: the column "${name}" is missing`);
    return at;
  });
}

/** Numbers cannot be names: where the model takes numbers, a first record with a word in it is a header. */
function isHeader(cells: readonly string[], context: RowContext): boolean {
  const trimmed = cells.map((cell) => cell.trim());
  if (context.columnNames.includes(trimmed[0]!)) {
    const known = new Set(context.columnNames);
    if (trimmed.every((cell) => known.has(cell))) return true;
  }
  if (context.takesText) return false;
  return trimmed.every((cell) => /\p{L}|_/u.test(cell) && Number.isNaN(Number(cell)) && !isValueWord(cell));
}

/** A word that programs write for a value, and nobody for a column. */
function isValueWord(cell: string): boolean {
  return isMissingWord(cell) || /^(?:[+-]?(?:inf(?:inity)?|1\.#inf0*)|true|false)$/i.test(cell);
}
