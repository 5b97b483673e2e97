/**
 * Cuts a stream of bytes into records: lines of JSONL, or rows of CSV, whose quoted cells may hold line ends. Only the
 * record that is not whole yet is held.
 */
export interface RecordCutter {
  /** Each whole record of what has come so far goes to `visit`, its line end taken off. */
  feed(chunk: Buffer): void;
  /** The stream has ended: what is left is the last record. */
  finish(): void;
}

/** @param line where the record begins, counted from 1 @param start its byte offset */
export type VisitRecord = (record: Buffer, line: number, start: number) => void;

export function createRecordCutter(
  format: 'jsonl' | 'csv',
  mostBytes: number,
  visit: VisitRecord,
  tooLong: (line: number) => never,
): RecordCutter {
  const quotes = format === 'csv';
  let held: Buffer[] = [];
  let heldBytes = 0;
  let inQuotes = false;
  let line = 1;
  let nextLine = 1;
  let start = 0;

  const complete = (last: Buffer) => {
    const whole = held.length === 0 ? last : Buffer.concat([...held, last]);
    visit(stripLineEnd(whole), line, start);
    start += whole.length;
    line = nextLine;
    held = [];
    heldBytes = 0;
  };
  const hold = (rest: Buffer) => {
    if (rest.length === 0) return;
    heldBytes += rest.length;
    if (heldBytes > mostBytes + 2) tooLong(line);
    // The chunk's buffer belongs to the stream.
    held.push(Buffer.from(rest));
  };
  const feedQuoted = (chunk: Buffer) => {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) inQuotes = !inQuotes;
      else if (byte === lineFeed) {
        nextLine++;
        if (inQuotes) continue;
        complete(chunk.subarray(from, at + 1));
        from = at + 1;
      }
    }
    hold(chunk.subarray(from));
  };
  const feedLines = (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      nextLine++;
      complete(chunk.subarray(from, at + 1));
      from = at + 1;
    }
    hold(chunk.subarray(from));
  };
  return {
    feed: quotes ? feedQuoted : feedLines,
    finish() {
      if (heldBytes > 0) complete(Buffer.alloc(0));
    },
  };
}

/** Takes one LF or CRLF off the end. */
function stripLineEnd(record: Buffer): Buffer {
  let end = record.length;
  if (end > 0 && record[end - 1] === lineFeed) end--;
  if (end > 0 && end < record.length && record[end - 1] === carriageReturn) end--;
  return record.subarray(0, end);
}

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
