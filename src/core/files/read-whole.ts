import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { formatBytes } from '../units.ts';

/**
 * A file that the user names, read whole within a bound: a device (`/dev/zero`) or a folder is refused before a byte is
 * read, and whatever is longer than `mostBytes` before more is. A pipe that this process was given (`/dev/stdin`,
 * `<(…)`) is read to its end; one with a name in a folder could keep us waiting for ever.
 * @throws Error in one line; the system's error
 */
export function readWhole(path: string, mostBytes: number): Buffer {
  refuseUnreadable(path, statSync(path));
  // What stands there may have changed since: opening must not wait, and what was opened is looked at again.
  const descriptor = openSync(path, constants.O_RDONLY | (isInherited(path) ? 0 : constants.O_NONBLOCK));
  try {
    refuseUnreadable(path, fstatSync(descriptor));
    return readUpTo(descriptor, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** For what is read more than once: a pipe would be empty then. @throws Error in one line; the system's error */
export function refuseNoFile(path: string): void {
  const found = statSync(path);
  if (!found.isFile()) throw new Error(`it is ${kindOf(found)}, not a file`);
}

function refuseUnreadable(path: string, found: Stats): void {
  if (found.isFile() || ((found.isFIFO() || found.isSocket()) && isInherited(path))) return;
  if (found.isCharacterDevice() && isInherited(path)) return;
  throw new Error(`it is ${kindOf(found)}, not a file`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
}

function isInherited(path: string): boolean {
  return /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/.test(path);
}

function readUpTo(descriptor: number, mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let bytes = 0; ; ) {
    const chunk = Buffer.allocUnsafe(65_536);
    const read = readSome(descriptor, chunk);
    if (read === 0) return Buffer.concat(chunks);
    bytes += read;
    if (bytes > mostBytes) throw new Error(`it has more than the ${formatBytes(mostBytes)} that are read`);
    chunks.push(chunk.subarray(0, read));
  }
}

function readSome(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // A terminal's end of input; and a pipe that whoever shares it made non-blocking.
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
