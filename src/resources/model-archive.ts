import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from '../core/errors.ts';
import { chooseModelFile, isHidden } from '../core/model/model-layout.ts';
import { type FileToPack, packFiles } from '../core/model/model-pack.ts';
import { listModel } from '../core/model/model-tar.ts';
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
 * Makes the archive of what the user has: a `.tar.gz` (taken as it is), an `.onnx` file, or a folder with one model in
 * it. Looks at the layout only; `verifyModel` then really loads it.
 * @param path null: the sample model
 * @throws MlbenchError (user) naming the path, what is wrong with it and what would do
 */
export async function packModel(path: string | null): Promise<ModelArchive> {
  const source = path ?? sampleModelPath;
  const stats = lookAt(source);
  if (stats.isDirectory()) return packFolder(source);
  if (!stats.isFile()) throw unusable(source, 'is neither a file nor a folder');
  if (stats.size === 0) throw unusable(source, 'is empty');
  if (stats.size > maxModelBytes) throw tooLarge(source, stats.size);
  if (/\.(?:tar\.gz|tgz)$/i.test(source)) return await takeArchive(source);
  if (/\.onnx$/i.test(source)) {
    return archiveOf(source, [{ path: 'model.onnx', bytes: readFileSync(source) }]);
  }
  throw unusable(source, 'is neither an .onnx file, nor a .tar.gz, nor a folder');
}

/** The archive is held in memory, as are the request that uploads it and the instances that serve it. */
const maxModelBytes = 2 * 1_024 ** 3;
const maxFolderFiles = 10_000;

async function takeArchive(path: string): Promise<ModelArchive> {
  const bytes = readFileSync(path);
  const files = (await listModel(bytes, path)).map((file) => file.path);
  const choice = chooseModelFile(files);
  if ('problem' in choice) throw unusable(path, `cannot be served: ${choice.problem}`);
  return { bytes, sha256: sha256Of(bytes), files, source: path };
}

function packFolder(folder: string): ModelArchive {
  const paths = listFolder(folder);
  const choice = chooseModelFile(paths);
  if ('problem' in choice) throw unusable(folder, `cannot be served: ${choice.problem}`);
  const totalBytes = paths.reduce((total, path) => total + lookAt(join(folder, path)).size, 0);
  if (totalBytes > maxModelBytes) throw tooLarge(folder, totalBytes);
  return archiveOf(
    folder,
    paths.map((path) => ({ path, bytes: readFileSync(join(folder, path)) })),
  );
}

/** All plain files (and links to such), but hidden ones. */
function listFolder(folder: string): string[] {
  const entries = attempt(folder, () => readdirSync(folder, { recursive: true, withFileTypes: true }));
  const paths = entries
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !isHidden(path) && lookAt(join(folder, path)).isFile());
  if (paths.length > maxFolderFiles) {
    throw unusable(folder, `has ${paths.length} files; a model has at most ${maxFolderFiles}`);
  }
  return paths;
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

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = systemErrorCode(error);
    const problem =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${code ?? error})`;
    throw unusable(path, problem, error);
  }
}

function tooLarge(path: string, sizeBytes: number): MlbenchError {
  return unusable(path, `has ${formatBytes(sizeBytes)}; at most ${formatBytes(maxModelBytes)} can be served`);
}

function unusable(path: string, problem: string, cause?: unknown): MlbenchError {
  return userError(
    'bad-model',
    `the model ${path} ${problem}`,
    'pass --model an .onnx file, a folder with one model.onnx in it, or a model.tar.gz; without --model the sample model is used',
    cause,
  );
}
