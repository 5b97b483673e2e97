import { badRequest } from './request-error.ts';
import type { Row, RowContext } from './rows.ts';

/**
 * RFC 4180: one instance a record, in the order of the model's columns, or in any order under a header that names them.
 * @throws RequestError 400
 */
export function decodeCsv(text: string, context: RowContext): Row[] {
  const records = parseCsv(text);
  if (records.length === 0) throw badRequest('there are no instances in the body');
  const [first] = records;
  if (!first || !isHeader(first.cells, context)) {
    return records.map((record) => ({ where: `line ${record.line}`, value: record.cells, isText: true }));
  }
  const header = first.cells.map((cell) => cell.trim());
  const unknown = header.find((name) => !context.columnNames.includes(name));
  if (unknown !== undefined) {
    const known =
      context.columnNames.length > 0
        ? `the model has ${context.columnNames.join(', ')}`
        : 'the model names none, so leave the header out';
    throw badRequest(`line ${first.line}: unknown column "${unknown}"; ${known}`);
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw badRequest(`line ${first.line}: the column "${twice}" is there twice`);
  if (records.length === 1) throw badRequest('there is a header, but no instance below it');
  return records.slice(1).map((record) => {
    const where = `line ${record.line}`;
    if (record.cells.length !== header.length) {
      throw badRequest(`${where}: ${record.cells.length} cells under ${header.length} columns`);
    }
    return {
      where,
      value: Object.fromEntries(header.map((name, index) => [name, record.cells[index]])),
      isText: true,
    };
  });
}

/** Records with the line each starts on; blank lines are passed over. @throws RequestError 400 for a stray quote */
export function parseCsv(text: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
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
    if (cells.length > 1 || cells[0]!.trim() !== '') records.push({ line: start, cells });
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

/** Numbers cannot be names: where the model takes numbers, a first record with a word in it is a header. */
function isHeader(cells: readonly string[], context: RowContext): boolean {
  const trimmed = cells.map((cell) => cell.trim());
  if (trimmed.length > 0 && trimmed.every((cell) => context.columnNames.includes(cell))) return true;
  if (context.takesText) return false;
  return trimmed.every(
    (cell) => cell !== '' && Number.isNaN(Number(cell)) && !/^(?:true|false)$/i.test(cell),
  );
}
