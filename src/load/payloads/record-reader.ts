import { isUtf8 } from 'node:buffer';
import type { MlbenchError } from '../../core/errors.ts';
import { type CsvCell, parseCsvRow, rowToJson } from './csv-row.ts';
import type { DataPlan } from './data-plan.ts';
import type { VisitRecord } from './records.ts';

/** @returns what is wrong with a line of the file */
export type Fault = (line: number, why: string) => MlbenchError;

/** Checks a file's records one after the other, and finds the body that each makes. */
export interface RecordReader {
  /** @throws what `fault` makes of a record that would not do */
  visit: VisitRecord;
  /** The header's, of CSV; null before it, and for JSONL. */
  columns(): string[] | null;
}

/** @param found is told where a record's bytes begin and end; a header and blank lines at the end make no body */
export function createRecordReader(
  { format, rowsAs, mostBodyBytes }: Pick<DataPlan, 'format' | 'rowsAs' | 'mostBodyBytes'>,
  fault: Fault,
  found: (start: number, end: number, line: number) => void,
): RecordReader {
  let columns: string[] | null = null;
  let blankLine: number | null = null;

  /** @returns null for the header */
  const bodyBytesOfRow = (bytes: Buffer, line: number): number | null => {
    const cells = readRow(bytes, line, fault);
    if (columns === null) {
      columns = checkColumns(cells, line, fault);
      return null;
    }
    if (cells.length !== columns.length) {
      const why = `has ${cells.length} cells, and the header has ${columns.length}`;
      throw fault(line, `${why}${separatedBy(cells)}`);
    }
    return rowsAs === 'json' ? Buffer.byteLength(rowToJson(columns, cells)) : bytes.length;
  };
  const bodyBytesOfLine = (bytes: Buffer, line: number): number => {
    checkJson(bytes, line, fault);
    return bytes.length;
  };
  const bodyBytesOf = format === 'jsonl' ? bodyBytesOfLine : bodyBytesOfRow;
  return {
    columns: () => columns,
    visit(record, line, offset) {
      const marked = offset === 0 && record.length >= 3 && byteOrderMark.equals(record.subarray(0, 3));
      const bytes = marked ? record.subarray(3) : record;
      const start = marked ? 3 : offset;
      if (isBlank(bytes)) {
        blankLine ??= line;
        return;
      }
      if (blankLine !== null) throw fault(blankLine, 'is empty');
      if (!isUtf8(bytes)) throw fault(line, 'is not UTF-8 text');
      const bodyBytes = bodyBytesOf(bytes, line);
      if (bodyBytes === null) return;
      if (bodyBytes > mostBodyBytes) {
        throw fault(line, `makes a body of ${bodyBytes} bytes, and at most ${mostBodyBytes} can be sent`);
      }
      found(start, start + bytes.length, line);
    },
  };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

function checkJson(bytes: Buffer, line: number, fault: Fault): void {
  try {
    JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw fault(line, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readRow(bytes: Buffer, line: number, fault: Fault) {
  try {
    return parseCsvRow(bytes.toString('utf8'));
  } catch (error) {
    throw fault(line, `is not CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkColumns(cells: readonly CsvCell[], line: number, fault: Fault): string[] {
  const separated = separatedBy(cells);
  if (cells.length === 1 && separated !== '')
    throw fault(line, `is the header, and has one column${separated}`);
  if (cells.every(({ text, quoted }) => !quoted && isValue(text))) {
    throw fault(
      line,
      'is no header: all of its names are values; write one above it, or put quotes around the names',
    );
  }
  const seen = new Set<string>();
  return cells.map(({ text: column }, at) => {
    if (column === '') throw fault(line, `is the header, and its column ${at + 1} has no name`);
    if (seen.has(column)) throw fault(line, `is the header, and names "${column}" twice`);
    seen.add(column);
    return column;
  });
}

/** A cell that nobody quoted and that holds what other programs separate cells by; empty where none does. */
function separatedBy(cells: readonly CsvCell[]): string {
  for (const { text, quoted } of cells) {
    const separator = quoted ? undefined : /[;\t|]/.exec(text)?.[0];
    if (separator !== undefined)
      return `: cells are separated by commas, and not by ${JSON.stringify(separator)}; put quotes around a cell that holds one`;
  }
  return '';
}

function isValue(text: string): boolean {
  return /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?nan|[+-]?inf(?:inity)?|true|false|null|na)\s*$/i.test(
    text,
  );
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  return true;
}
