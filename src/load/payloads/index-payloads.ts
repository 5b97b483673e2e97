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
import { userError } from '../../core/errors.ts';
import type { DataPlan, PayloadIndex } from './data-plan.ts';
import { createRecordReader, type Fault } from './record-reader.ts';
import { createRecordCutter } from './records.ts';
import { readWeights } from './weights.ts';

/**
 * Reads the whole file once, checks every record, and notes where each is: 8 bytes a record, however long. Bodies are
 * kept only of a file of at most 64 MiB.
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
  const { path: file, sizeBytes } = opened;
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
    const what = records.columns() === null ? 'is empty' : 'has a header and no row';
    throw userError('bad-data', `--data ${file} ${what}`, 'name a file with at least one record');
  }
  starts.add(end);
  return {
    data,
    count,
    starts: starts.shared(),
    weightSums: data.weights === null ? null : weightSums(data.weights, contents, count),
    content: sizeBytes <= mostHeldBytes ? readWhole(opened) : null,
    columns: data.rowsAs === 'json' ? records.columns() : null,
  };
}

const chunkBytes = 1_048_576;
const mostHeldBytes = 67_108_864;
const mostRecords = 100_000_000;

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
