import { isUtf8 } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import {
  bytesOfContent,
  type ContentFile,
  type ContentPlaces,
  type ContentRef,
  openContent,
  pathOfContent,
  readFully,
} from '../../core/content.ts';
import { type MlbenchError, userError } from '../../core/errors.ts';
import { type CsvCell, parseCsvRow, rowToJson } from './csv-row.ts';
import type { DataPlan, PayloadIndex } from './data-plan.ts';
import { createRecordCutter } from './records.ts';
import { readWeights } from './weights.ts';

/**
 * Reads the whole file once, checks every record, and notes where each is: 8 bytes a record, however long. Bodies are kept
 * only of a file of at most 64 MiB.
 * @throws MlbenchError (exit code 2) that names the line: nothing is sent with a file that is wrong somewhere
 */
export async function indexPayloads(
  data: DataPlan,
  contents: ContentPlaces,
  signal: AbortSignal,
): Promise<PayloadIndex> {
  const opened = openContent(contents, data.content);
  try {
    return await indexFile(opened, data, contents, signal);
  } finally {
    opened.close();
  }
}

async function indexFile(
  opened: ContentFile,
  data: DataPlan,
  contents: ContentPlaces,
  signal: AbortSignal,
): Promise<PayloadIndex> {
  const { format, rowsAs } = data;
  const { path: file, sizeBytes } = opened;
  const fault = (line: number, why: string): MlbenchError =>
    userError('bad-data', `--data ${file}: line ${line} ${why}`, `correct line ${line}`);
  const starts = createOffsets();
  let columns: string[] | null = null;
  let blankLine: number | null = null;
  let end = 0;

  const visit = (record: Buffer, line: number, offset: number) => {
    const marked = offset === 0 && record.length >= 3 && byteOrderMark.equals(record.subarray(0, 3));
    const bytes = marked ? record.subarray(3) : record;
    const start = marked ? 3 : offset;
    if (isBlank(bytes)) {
      blankLine ??= line;
      return;
    }
    if (blankLine !== null) throw fault(blankLine, 'is empty');
    if (!isUtf8(bytes)) throw fault(line, 'is not UTF-8 text');
    let bodyBytes = bytes.length;
    if (format === 'jsonl') checkJson(bytes, line, fault);
    else {
      const cells = readRow(bytes, line, fault);
      if (columns === null) {
        columns = checkColumns(cells, line, fault);
        return;
      }
      if (cells.length !== columns.length) {
        throw fault(
          line,
          `has ${cells.length} cells, and the header has ${columns.length}${separatedBy(cells)}`,
        );
      }
      if (rowsAs === 'json') bodyBytes = Buffer.byteLength(rowToJson(columns, cells));
    }
    if (bodyBytes > data.mostBodyBytes) {
      throw fault(line, `makes a body of ${bodyBytes} bytes, and at most ${data.mostBodyBytes} can be sent`);
    }
    if (starts.length >= mostRecords)
      throw fault(line, `is beyond the ${mostRecords} records that a run can use`);
    starts.add(start);
    end = start + bytes.length;
  };
  const cutter = createRecordCutter(format, data.mostBodyBytes, visit, (line) => {
    throw fault(line, `has more than ${data.mostBodyBytes} bytes`);
  });
  for (let at = 0; ; ) {
    // In pieces, lest Ctrl-C wait for the end of a large file.
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const length = opened.read(chunk, at);
    if (length === 0) break;
    cutter.feed(chunk.subarray(0, length));
    at += length;
    await turn();
    signal.throwIfAborted();
  }
  cutter.finish();
  const count = starts.length;
  if (count === 0) {
    const what = columns === null ? 'is empty' : 'has a header and no row';
    throw userError('bad-data', `--data ${file} ${what}`, 'name a file with at least one record');
  }
  starts.add(end);
  return {
    data,
    count,
    starts: starts.shared(),
    weightSums: data.weights === null ? null : weightSums(data.weights, contents, count),
    content: sizeBytes <= mostHeldBytes ? readWhole(opened) : null,
    columns: rowsAs === 'json' ? columns : null,
  };
}

const chunkBytes = 1_048_576;
const mostHeldBytes = 67_108_864;
const mostRecords = 100_000_000;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

type Fault = (line: number, why: string) => MlbenchError;

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

function weightSums(ref: ContentRef, contents: ContentPlaces, count: number) {
  return readWeights(pathOfContent(contents, ref), bytesOfContent(contents, ref), count);
}

function readWhole(file: ContentFile): Uint8Array<SharedArrayBuffer> {
  const content = new Uint8Array(new SharedArrayBuffer(file.sizeBytes));
  readFully(file, content, 0);
  return content;
}

/** A growing list of numbers, eight bytes each. */
function createOffsets() {
  let offsets = new Float64Array(1_024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(offset: number) {
      if (length === offsets.length) {
        const larger = new Float64Array(length * 2);
        larger.set(offsets);
        offsets = larger;
      }
      offsets[length++] = offset;
    },
    shared() {
      const shared = new Float64Array(new SharedArrayBuffer(length * 8));
      shared.set(offsets.subarray(0, length));
      return shared;
    },
  };
}
