import { createHash } from 'node:crypto';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from '../core/errors.ts';
import { foreignContent, foreignName } from '../core/model/foreign-model.ts';
import { dataFiles, type Neighbour, readModel } from '../core/model/model-data.ts';
import {
  kindOf,
  listModelFiles,
  ModelFilesError,
  readProblem,
  sampleFile,
} from '../core/model/model-files.ts';
import { chooseModelFile } from '../core/model/model-layout.ts';
import { type FileToPack, packFiles } from '../core/model/model-pack.ts';
import { ModelProblem } from '../core/model/model-problem.ts';
import { listModel } from '../core/model/model-tar.ts';
import { nextSteps } from '../core/model/next-steps.ts';
import { OnnxFileError, readOnnx } from '../core/model/onnx/onnx-file.ts';
import { packageRoot } from '../core/package-paths.ts';
import { formatBytes } from '../core/units.ts';

/** A `model.tar.gz` in memory, ready for S3. The same model gives the same bytes, and so the same hash. */
export interface ModelArchive {
  bytes: Uint8Array;
  /** Lower-case hex. */
  sha256: string;
  /** Paths in the archive. */
  files: string[];
  /** What the user gave, for messages. */
  source: string;
}

export const sampleModelPath = join(packageRoot, 'model', 'model.tar.gz');

/**
 * Makes the archive of what the user has: a `.tar.gz` (taken as it is), an `.onnx` file with the files that it keeps
 * weights in, or a folder with one model in it. Looks at the layout only; `verifyModel` then really loads it.
 * @param path null: the sample model
 * @throws MlbenchError (user) naming the path, what is wrong with it and what would do
 */
export async function packModel(path: string | null): Promise<ModelArchive> {
  const source = path ?? sampleModelPath;
  const stats = lookAt(source);
  if (stats.isDirectory()) return packFolder(source);
  if (!stats.isFile()) throw unusable(source, `is ${kindOf(stats)}, and neither a file nor a folder`);
  if (stats.size === 0) throw unusable(source, 'is empty');
  if (stats.size > maxModelBytes) throw tooLarge(source, stats.size);
  return await packFile(source);
}

/** The archive is held in memory, as are the request that uploads it and the instances that serve it. */
const maxModelBytes = 2 * 1_024 ** 3;

/** A name tells less than the content: an archive may be called `model`, and a pickle `model.onnx`. */
async function packFile(path: string): Promise<ModelArchive> {
  const sample = attempt(path, () => sampleFile(path));
  const foreign = foreignContent(path, sample);
  if (foreign) throw unusable(path, foreign.what, foreign.next);
  if (isGzip(sample.head) || isNamedArchive.test(path)) return await takeArchive(path);
  if (isNamedOnnx.test(path) || isOnnx(path, sample.head)) return packOnnx(path);
  const named = foreignName(path);
  if (named) throw unusable(path, named.what, named.next);
  throw unusable(path, 'is neither an .onnx file, nor a .tar.gz, nor a folder', nextSteps.other());
}

const isNamedArchive = /\.(?:tar\.gz|tgz)$/i;
const isNamedOnnx = /\.onnx$/i;

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** What no exporter begins otherwise: then all of it is looked at. */
function isOnnx(path: string, head: Uint8Array): boolean {
  if (head[0] !== 0x08) return false;
  try {
    return readOnnx(readFile(path)).opsets.size > 0;
  } catch (error) {
    if (error instanceof OnnxFileError) return false;
    throw error;
  }
}

async function takeArchive(path: string): Promise<ModelArchive> {
  const bytes = readFile(path);
  const heads = new Map<string, Uint8Array>();
  const files = (await listModel(bytes, path, undefined, heads)).map((file) => file.path);
  const choice = chooseModelFile(files, (file) => ({ head: heads.get(file) ?? new Uint8Array() }));
  if ('problem' in choice) throw unusable(path, `cannot be served: ${choice.problem}`, choice.next);
  return { bytes, sha256: sha256Of(bytes), files, source: path };
}

/** PyTorch writes `m.onnx.data` beside `m.onnx`: the one is of no use without the other. */
function packOnnx(path: string): ModelArchive {
  const folder = dirname(path);
  const bytes = readFile(path);
  const data = servable(path, () => {
    readModel(bytes, basename(path));
    return dataFiles(bytes, basename(path), (place) => lookBeside(folder, place));
  });
  const files = data.map(({ place }) => place);
  checkSize(path, [path, ...files.map((file) => join(folder, file))]);
  return archiveOf(path, [
    { path: 'model.onnx', bytes },
    ...files.map((file) => ({ path: file, bytes: readFile(join(folder, file)) })),
  ]);
}

function packFolder(folder: string): ModelArchive {
  const paths = servable(folder, () => listModelFiles(folder));
  const choice = chooseModelFile(
    paths,
    (path) => attempt(join(folder, path), () => sampleFile(join(folder, path))),
    `${folder}/`.replace(/\/+$/, '/'),
  );
  if ('problem' in choice) throw unusable(folder, `cannot be served: ${choice.problem}`, choice.next);
  checkSize(
    folder,
    paths.map((path) => join(folder, path)),
  );
  const files = paths.map((path) => ({ path, bytes: readFile(join(folder, path)) }));
  const model = files.find(({ path }) => path === choice.path)!;
  const beside = join(folder, dirname(choice.path));
  const data = servable(folder, () => {
    readModel(model.bytes, choice.path);
    return dataFiles(model.bytes, choice.path, (place) => lookBeside(beside, place));
  });
  // Hidden files are left behind, unless the model reads them.
  const hidden = data
    .map(({ place }) => posix.join(posix.dirname(choice.path), place))
    .filter((path) => !paths.includes(path))
    .map((path) => ({ path, bytes: readFile(join(folder, path)) }));
  return archiveOf(folder, [...files, ...hidden]);
}

function lookBeside(folder: string, place: string): Neighbour | null {
  const path = join(folder, place);
  const stats = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stats?.isFile()) return null;
  return { sizeBytes: stats.size, ...attempt(path, () => sampleFile(path, 1_024)) };
}

function checkSize(source: string, paths: readonly string[]): void {
  const totalBytes = paths.reduce((total, path) => total + lookAt(path).size, 0);
  if (totalBytes > maxModelBytes) throw tooLarge(source, totalBytes);
}

/** What keeps a model from being served is told with the path that the user gave. */
function servable<T>(source: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ModelFilesError) {
      throw unusable(
        source,
        error.message,
        'pass the .onnx file itself, or a folder of its own for it',
        error,
      );
    }
    if (error instanceof ModelProblem) {
      throw unusable(source, `cannot be served: ${error.message}`, error.next, error);
    }
    throw error;
  }
}

function archiveOf(source: string, files: FileToPack[]): ModelArchive {
  const bytes = packFiles(files);
  return { bytes, sha256: sha256Of(bytes), files: files.map((file) => file.path), source };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function lookAt(path: string): Stats {
  return attempt(path, () => statSync(path));
}

function readFile(path: string): Uint8Array {
  return attempt(path, () => readFileSync(path));
}

/** Whatever a path leads to, and whatever becomes of it meanwhile, is the user's to know. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unusable(path, readProblem(error), readRemedy(path, error), error);
  }
}

function readRemedy(path: string, error: unknown): string | undefined {
  const code = systemErrorCode(error);
  return code === 'EACCES' || code === 'EPERM'
    ? `let this user read it: chmod u+r ${JSON.stringify(path)}, or a copy that belongs to this user`
    : undefined;
}

function tooLarge(path: string, sizeBytes: number): MlbenchError {
  return unusable(path, `has ${formatBytes(sizeBytes)}; at most ${formatBytes(maxModelBytes)} can be served`);
}

function unusable(path: string, problem: string, next?: string, cause?: unknown): MlbenchError {
  return userError(
    'bad-model',
    `the model ${path} ${problem}`,
    next ??
      'pass --model an .onnx file, a folder with one model.onnx in it, or a model.tar.gz; without --model the sample model is used',
    cause,
  );
}
