/** A cell of CSV; a quoted one is text whatever it looks like. */
export interface CsvCell {
  text: string;
  quoted: boolean;
}

/**
 * The cells of one record (RFC 4180).
 * @throws Error whose message says what is wrong, without the line's number
 */
export function parseCsvRow(record: string): CsvCell[] {
  const cells: CsvCell[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      let text = '';
      for (at++; ; at++) {
        const end = record.indexOf('"', at);
        if (end < 0) throw new Error('a quoted cell is not closed');
        text += record.slice(at, end);
        at = end + 1;
        if (record[at] !== '"') break;
        text += '"';
      }
      if (at < record.length && record[at] !== ',') throw new Error('text follows a closing quote');
      cells.push({ text, quoted: true });
    } else {
      const comma = record.indexOf(',', at);
      const end = comma < 0 ? record.length : comma;
      const text = record.slice(at, end);
      if (text.includes('"')) throw new Error('a quote within a cell that is not quoted');
      cells.push({ text, quoted: false });
      at = end;
    }
    if (at >= record.length) return cells;
    at++;
  }
}

/**
 * A row as a JSON object. Unquoted numbers, true, false and null are that; everything else, and all that is quoted, is
 * a string.
 */
export function rowToJson(columns: readonly string[], cells: readonly CsvCell[]): string {
  const members = columns.map((column, at) => `${JSON.stringify(column)}:${cellToJson(cells[at]!)}`);
  return `{${members.join(',')}}`;
}

function cellToJson({ text, quoted }: CsvCell): string {
  return !quoted && /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(text)
    ? text
    : JSON.stringify(text);
}
