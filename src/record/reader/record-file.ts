import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import type { RecordedFile } from '../schemas/result.ts';
import type { RecordRefusal } from './record-errors.ts';

/** Far more than any run writes; what is larger is none of ours, and is not read into memory. */
const largestBytes = {
  'result.json': 16 * 1_048_576,
  'timeline.ndjson': 128 * 1_048_576,
  'intervals.hlog': 512 * 1_048_576,
} as const;

const remedy = 'name another run, or restore the file';

/**
 * A file of a record.
 * @param recorded what it measured when the result was written: of what was appended since, nothing is read. Null: of
 * an older record, or the result itself; then all of it is
 * @throws MlbenchError `run-truncated`, `run-unreadable`
 */
export function readRecordFile(path: string, recorded: RecordedFile | null, refuse: RecordRefusal): Buffer {
  const name = basename(path) as keyof typeof largestBytes;
  const { descriptor, sizeBytes } = openRegular(path, refuse);
  try {
    const length = recorded?.sizeBytes ?? sizeBytes;
    if (sizeBytes < length)
      throw refuse('run-truncated', `${name} is cut short: it has ${sizeBytes} of ${length} bytes`, remedy);
    if (length > largestBytes[name])
      throw refuse(
        'run-unreadable',
        `${name} has ${formatBytes(length)}, more than the ${formatBytes(largestBytes[name])} that are read`,
        'name another run',
      );
    const content = readExactly(descriptor, length);
    if (content.length < length)
      throw refuse('run-truncated', `${name} became shorter while it was read`, remedy);
    if (recorded !== null && createHash('sha256').update(content).digest('hex') !== recorded.sha256)
      throw refuse('run-truncated', `${name} is not as it was when the run ended`, remedy);
    return content;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Says early what reading would find late, without reading.
 * @throws MlbenchError `run-truncated`, `run-unreadable`
 */
export function checkRecordFile(path: string, { sizeBytes }: RecordedFile, refuse: RecordRefusal): void {
  const opened = openRegular(path, refuse);
  closeSync(opened.descriptor);
  if (opened.sizeBytes < sizeBytes)
    throw refuse(
      'run-truncated',
      `${basename(path)} is cut short: it has ${opened.sizeBytes} of ${sizeBytes} bytes`,
      remedy,
    );
}

function openRegular(path: string, refuse: RecordRefusal): { descriptor: number; sizeBytes: number } {
  const name = basename(path);
  let descriptor: number;
  try {
    // A pipe would keep whoever opens it waiting.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw refuse('run-truncated', `${name} is missing`, remedy, error);
    throw refuse('run-unreadable', `${name} cannot be read: ${reasonOf(error)}`, remedy, error);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { descriptor, sizeBytes: stats.size };
  closeSync(descriptor);
  throw refuse('run-unreadable', `${name} is not a regular file`, remedy);
}

function readExactly(descriptor: number, length: number): Buffer {
  const content = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(descriptor, content, filled, length - filled, filled);
    if (read === 0) break;
    filled += read;
  }
  return content.subarray(0, filled);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
