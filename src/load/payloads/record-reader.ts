import { isUtf8 } from 'node:buffer';
import type { MlbenchError } from '../../core/errors.ts';
import { parseCsvRow, rowToJson } from './csv-row.ts';
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
      columns = cells.map((cell) => cell.text);
      checkColumns(columns, line, fault);
      return null;
    }
    if (cells.length !== columns.length) {
      throw fault(line, `has ${cells.length} cells, and the header has ${columns.length}`);
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

function checkColumns(columns: readonly string[], line: number, fault: Fault): void {
  columns.forEach((column, at) => {
    if (column === '') throw fault(line, `is the header, and its column ${at + 1} has no name`);
    if (columns.indexOf(column) !== at) throw fault(line, `is the header, and names "${column}" twice`);
  });
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  return true;
}
