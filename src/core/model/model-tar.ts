import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { MlbenchError, systemErrorCode, userError } from '../errors.ts';
import { makeFolder } from '../files/folder.ts';
import { isPlaceTrouble } from '../files/state-directory.ts';
import { folderLimits } from './model-files.ts';

export interface UnpackLimits {
  /** Bytes of all files together, unpacked: a few kilobytes of gzip can hold gigabytes of zeros. */
  maxBytes: number;
  maxFiles: number;
}

/** What SageMaker's smallest instances could hold in memory; a model that is larger is not benchmarked here. */
const defaultUnpackLimits: UnpackLimits = {
  maxBytes: 4 * 1_024 ** 3,
  maxFiles: folderLimits.maxFiles,
};

export interface ArchivedFile {
  /** Relative, forward slashes, no `.` or `..`. */
  path: string;
  sizeBytes: number;
}

/**
 * Lists a `model.tar.gz`, having checked all of it: gzip, complete, only plain files and folders, every path inside.
 * @param name what the archive is called in an error: its path or its S3 address.
 * @param heads gets the first bytes of each file, enough to tell what kind it is
 * @throws MlbenchError (user) `bad-model-archive`
 */
export async function listModel(
  bytes: Uint8Array,
  name: string,
  limits: UnpackLimits = defaultUnpackLimits,
  heads?: Map<string, Uint8Array>,
): Promise<ArchivedFile[]> {
  return await readArchive(bytes, name, limits, ({ path }) => {
    let head = Buffer.alloc(0);
    return {
      write(chunk) {
        if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      },
      end: () => heads?.set(path, head),
    };
  });
}

const headBytes = 1_024;

/**
 * Unpacks a `model.tar.gz` into `directory` (made if need be) as SageMaker does into `/opt/ml/model`. Checked as in
 * `listModel`; existing files are never written through. On an error some files may have been written.
 * @throws MlbenchError (user) `bad-model-archive`; `unpack-folder` where `directory` cannot be written
 */
export async function unpackModel(
  bytes: Uint8Array,
  directory: string,
  name = 'model.tar.gz',
  limits: UnpackLimits = defaultUnpackLimits,
): Promise<ArchivedFile[]> {
  makeFolder(directory);
  const openSink = (file: ArchivedFile): FileSink => {
    const target = join(directory, file.path);
    makeFolder(dirname(target));
    // Exclusive: neither a file nor a link that is already there may be written through.
    const descriptor = openSync(target, 'wx', 0o600);
    return {
      write(chunk) {
        for (let written = 0; written < chunk.length; ) written += writeSync(descriptor, chunk, written);
      },
      end: () => closeSync(descriptor),
    };
  };
  try {
    return await readArchive(bytes, name, limits, openSink);
  } catch (error) {
    throw placeTrouble(error, name, directory) ?? error;
  }
}

/** Trouble with where it is unpacked: a sound archive must not be blamed for a full disk. */
function placeTrouble(error: unknown, name: string, directory: string): MlbenchError | undefined {
  const cause = error instanceof MlbenchError ? error.cause : error;
  if (!(cause instanceof Error) || !isPlaceTrouble(cause)) return undefined;
  return userError(
    'unpack-folder',
    `the model archive ${name} cannot be unpacked in ${directory}: ${cause.message}`,
    'free some space there or mend its rights, or pass another --state-dir',
    cause,
  );
}

interface FileSink {
  write(chunk: Uint8Array): void;
  end(): void;
}

async function readArchive(
  bytes: Uint8Array,
  name: string,
  limits: UnpackLimits,
  openSink: (file: ArchivedFile) => FileSink,
): Promise<ArchivedFile[]> {
  if (bytes.length === 0) throw badArchive(name, 'is empty');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw badArchive(name, 'is not gzip-compressed');
  const reader = createEntryReader(name, limits, openSink);
  // The tar's own headers and padding come on top of the files; 1 KiB a file covers them.
  const maxStreamBytes = limits.maxBytes + (limits.maxFiles + 2) * 1_024 + 10_240;
  let streamBytes = 0;
  try {
    await pipeline(Readable.from(slices(bytes)), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        streamBytes += chunk.length;
        if (streamBytes > maxStreamBytes) throw tooLarge(name, limits);
        reader.write(chunk);
      }
      reader.end();
    });
  } catch (error) {
    throw error instanceof MlbenchError ? error : badArchive(name, describe(error), error);
  } finally {
    reader.close();
  }
  return reader.files;
}

/**
 * Takes a tar as it comes, checks each entry, and gives the files' bytes to their sinks. `write` and `end` throw the
 * first thing that went wrong, which the parser's events could only swallow; `close` ends what is still open.
 */
function createEntryReader(
  name: string,
  limits: UnpackLimits,
  openSink: (file: ArchivedFile) => FileSink,
): { files: ArchivedFile[]; write(chunk: Buffer): void; end(): void; close(): void } {
  const files: ArchivedFile[] = [];
  const openSinks = new Set<FileSink>();
  const check = createFileCheck(name, limits);
  let failure: unknown;
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      failure ??= error;
      return undefined;
    }
  };
  const openEntry = (entry: ReadEntry): FileSink | undefined => {
    const file = check(entry);
    if (!file) return undefined;
    files.push(file);
    return openSink(file);
  };
  const parser = new Parser({ strict: true });
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('entry', (entry: ReadEntry) => {
    const sink = failure === undefined ? attempt(() => openEntry(entry)) : undefined;
    if (!sink) {
      entry.resume();
      return;
    }
    openSinks.add(sink);
    entry.on('data', (chunk: Buffer) => {
      if (failure === undefined) attempt(() => sink.write(chunk));
    });
    entry.on('end', () => {
      openSinks.delete(sink);
      attempt(() => sink.end());
    });
  });
  const step = (action: () => void) => {
    action();
    if (failure !== undefined) throw failure;
  };
  return {
    files,
    write: (chunk) => step(() => parser.write(chunk)),
    end: () => step(() => parser.end()),
    close() {
      for (const sink of openSinks) sink.end();
    },
  };
}

/**
 * Each call takes one entry, and gives it back as a file; undefined for a folder. @throws MlbenchError
 * `bad-model-archive`
 */
function createFileCheck(name: string, limits: UnpackLimits): (entry: ReadEntry) => ArchivedFile | undefined {
  const seen = new Set<string>();
  let totalBytes = 0;
  return (entry) => {
    const path = checkedPath(entry, name);
    if (path === undefined) return undefined;
    if (seen.has(path)) throw badArchive(name, `holds "${path}" twice`);
    totalBytes += entry.size;
    if (totalBytes > limits.maxBytes) throw tooLarge(name, limits);
    if (seen.size >= limits.maxFiles) throw badArchive(name, `holds more than ${limits.maxFiles} files`);
    seen.add(path);
    return { path, sizeBytes: entry.size };
  };
}

/** The entry's path, `undefined` for a folder. Links are refused altogether: one could point anywhere. */
function checkedPath(entry: ReadEntry, name: string): string | undefined {
  const parts = entry.path.split('/').filter((part) => part !== '' && part !== '.');
  if (entry.path.startsWith('/') || parts.includes('..') || /[\\\0]/.test(entry.path)) {
    throw badArchive(name, `holds "${entry.path}", a path that leads outside`);
  }
  if (entry.type === 'Directory' || entry.type === 'GNUDumpDir') return undefined;
  if (entry.type === 'SymbolicLink' || entry.type === 'Link') {
    throw badArchive(name, `holds "${entry.path}", a link`);
  }
  if (entry.type !== 'File' && entry.type !== 'OldFile' && entry.type !== 'ContiguousFile') {
    throw badArchive(name, `holds "${entry.path}", which is no plain file (${entry.type})`);
  }
  if (parts.length - 1 > folderLimits.maxDepth) {
    throw badArchive(name, `holds a file more than ${folderLimits.maxDepth} folders deep`);
  }
  return parts.join('/');
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  const sliceBytes = 1_048_576;
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    yield bytes.subarray(start, start + sliceBytes);
  }
}

function describe(error: unknown): string {
  const code = systemErrorCode(error);
  if (code === 'Z_BUF_ERROR') return 'is cut short';
  if (code?.startsWith('Z_')) return 'is damaged: its gzip data does not decompress';
  if (code === 'EEXIST') return 'would write over a file that is already there';
  const message = error instanceof Error ? error.message : String(error);
  if (/truncated/i.test(message)) return 'is cut short';
  if (code?.startsWith('TAR_') || /tar/i.test(message))
    return `is not a tar archive inside (${firstLine(message)})`;
  return `cannot be unpacked: ${firstLine(message)}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

function tooLarge(name: string, limits: UnpackLimits): MlbenchError {
  return badArchive(name, `unpacks to more than ${limits.maxBytes} bytes`);
}

function badArchive(name: string, problem: string, cause?: unknown): MlbenchError {
  return userError(
    'bad-model-archive',
    `the model archive ${name} ${problem}`,
    'make it like this: tar --dereference -czf model.tar.gz -C FOLDER .',
    cause,
  );
}
