import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { type ContentPlaces, pathOfContent } from '../../core/content.ts';
import { type MlbenchError, userError } from '../../core/errors.ts';
import type { DataPlan, PayloadIndex } from './data-plan.ts';
import { createRecordReader, type Fault } from './record-reader.ts';
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
  const file = pathOfContent(contents, data.content);
  const { size, mtimeMs } = statFile(file);
  if (size !== data.content.sizeBytes) throw changed(file);
  const fault: Fault = (line, why) =>
    userError('bad-data', `--data ${file}: line ${line} ${why}`, `correct line ${line}`);
  const starts = createOffsets();
  let end = 0;
  const records = createRecordReader(data, fault, (start, next, line) => {
    if (starts.length >= mostRecords)
      throw fault(line, `is beyond the ${mostRecords} records that a run can use`);
    starts.add(start);
    end = next;
  });
  const cutter = createRecordCutter(data.format, data.mostBodyBytes, records.visit, (line) => {
    throw fault(line, `has more than ${data.mostBodyBytes} bytes`);
  });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1_048_576, signal }))
      cutter.feed(chunk);
  } catch (error) {
    if (error instanceof Error && error.name === 'MlbenchError') throw error;
    signal.throwIfAborted();
    throw unreadable(file, error);
  }
  cutter.finish();
  const count = starts.length;
  if (count === 0) {
    const what = records.columns() === null ? 'is empty' : 'has a header and no row';
    throw userError('bad-data', `--data ${file} ${what}`, 'name a file with at least one record');
  }
  starts.add(end);
  return {
    data,
    file,
    fileBytes: size,
    modifiedMs: mtimeMs,
    count,
    starts: starts.shared(),
    weightSums: data.weights === null ? null : readWeights(pathOfContent(contents, data.weights), count),
    content: size <= mostHeldBytes ? readWhole(file, size) : null,
    columns: data.rowsAs === 'json' ? records.columns() : null,
  };
}

const mostHeldBytes = 67_108_864;
const mostRecords = 100_000_000;

function statFile(file: string): { size: number; mtimeMs: number } {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new Error('it is not a file');
    return stats;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** @returns MlbenchError `data-changed`: the file is not the one that the plan was made for, or that was checked */
export function changed(file: string): MlbenchError {
  return userError(
    'data-changed',
    `--data ${file} was changed after it had been checked`,
    'leave it alone while a load runs',
  );
}

function unreadable(file: string, error: unknown): MlbenchError {
  const why = error instanceof Error ? error.message : String(error);
  return userError(
    'data-unreadable',
    `--data ${file}: ${why}`,
    'name a .jsonl or .csv file that can be read',
    error,
  );
}

function readWhole(file: string, size: number): Uint8Array<SharedArrayBuffer> {
  const content = new Uint8Array(new SharedArrayBuffer(size));
  const descriptor = openSync(file, 'r');
  try {
    for (let at = 0; at < size; ) {
      const read = readSync(descriptor, content, at, size - at, at);
      if (read === 0) throw unreadable(file, new Error('it became shorter while it was read'));
      at += read;
    }
  } finally {
    closeSync(descriptor);
  }
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
