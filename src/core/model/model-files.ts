import {
  closeSync,
  type Dir,
  fstatSync,
  opendirSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import type { FileSample } from './foreign-model.ts';

export interface FolderLimits {
  maxFiles: number;
  /** Files, folders and all else that is looked at on the way. */
  maxEntries: number;
  /** Folders within folders. */
  maxDepth: number;
}

export const folderLimits: FolderLimits = { maxFiles: 10_000, maxEntries: 100_000, maxDepth: 32 };

/** Goes on from the folder's name: `has more than 10000 files`. */
export class ModelFilesError extends Error {
  override readonly name = 'ModelFilesError';
}

/**
 * All plain files of a folder, and links to such, but hidden ones; relative, with forward slashes, in no order.
 * Whatever
 * folder somebody names by mistake, their home or a disk, this ends soon.
 * @throws ModelFilesError
 */
export function listModelFiles(folder: string, limits: FolderLimits = folderLimits): string[] {
  const files: string[] = [];
  const open = [{ path: '', depth: 0 }];
  let seen = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of entriesOf(folder, at.path)) {
      seen += 1;
      if (seen > limits.maxEntries) throw tooMany('files and folders', limits.maxEntries);
      if (entry.name.startsWith('.')) continue;
      const path = at.path === '' ? entry.name : `${at.path}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? kindOfLink(folder, path) : kindOf(entry);
      if (kind === 'folder' && !entry.isSymbolicLink()) {
        if (at.depth >= limits.maxDepth) {
          throw new ModelFilesError(
            `has folders more than ${limits.maxDepth} deep, where no model is looked for`,
          );
        }
        open.push({ path, depth: at.depth + 1 });
      } else if (kind === 'file') {
        files.push(path);
        if (files.length > limits.maxFiles) throw tooMany('files', limits.maxFiles);
      } else if (/\.onnx$/i.test(path)) {
        throw new ModelFilesError(
          `holds ${path}, which is ${kind === 'folder' ? 'a link to a folder' : kind}`,
        );
      }
    }
  }
  return files;
}

/** What a path is that is neither file nor folder. */
export function kindOf(entry: Pick<Stats, Question>): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}

type Question = 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket';

/** The beginning of a file and its end: what it takes to tell one format from another. @throws NodeJS.ErrnoException */
export function sampleFile(path: string, bytes = 65_536): FileSample {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (from: number) => {
      const buffer = Buffer.alloc(Math.min(bytes, size - from));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, from));
    };
    const head = read(0);
    return size > bytes ? { head, tail: read(Math.max(bytes, size - bytes)) } : { head };
  } finally {
    closeSync(descriptor);
  }
}

function* entriesOf(folder: string, path: string) {
  const opened = attempt(path, () => opendirSync(join(folder, path)));
  try {
    for (let entry = next(opened, path); entry !== null; entry = next(opened, path)) yield entry;
  } finally {
    opened.closeSync();
  }
}

function next(opened: Dir, path: string) {
  return attempt(path, () => opened.readSync());
}

function kindOfLink(folder: string, path: string): string {
  return kindOf(attempt(path, () => statSync(join(folder, path)), 'is a link to nothing'));
}

function attempt<T>(path: string, action: () => T, missing = 'does not exist'): T {
  try {
    return action();
  } catch (error) {
    const code = systemErrorCode(error);
    const problem = code === 'ENOENT' || code === 'ELOOP' ? missing : readProblem(error);
    throw new ModelFilesError(path === '' ? problem : `holds ${path}, which ${problem}`);
  }
}

/** Goes on from the file's name. */
export function readProblem(error: unknown): string {
  const code = systemErrorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'must not be read by this user';
    case 'ELOOP':
      return 'is a link to itself';
    case 'ENAMETOOLONG':
      return 'has too long a path';
    default:
      return `cannot be read (${code ?? (error instanceof Error ? error.message : String(error))})`;
  }
}

function tooMany(what: string, most: number): ModelFilesError {
  return new ModelFilesError(`has more than ${most} ${what}`);
}
