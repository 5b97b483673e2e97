import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../core/package-paths.ts';
import type { Platform } from './platform.ts';
import { installedPackages, isReadAtRunTime } from './serving-packages.ts';

/** A file of the build context; what is hashed and what is written are both made of these. */
export interface ContextFile {
  /** Within the context, with slashes. */
  path: string;
  content: { file: string } | { text: string };
  executable: boolean;
}

/**
 * What the serving image is built of: its Dockerfile, the serving program, and ONNX Runtime as it is read at run time:
 * the native build where `onnxruntime-node` is installed (a clone), else the WASM build that lies beside the program
 * (an installed tarball; docs/decisions/0003). Nothing is fetched, so the build needs no package registry.
 * @param root the folder of the package
 */
export function listContext(wanted: readonly Platform[], root = packageRoot): ContextFile[] {
  const serving = join(root, 'dist', 'serving');
  return [
    { path: 'Dockerfile', content: { file: join(root, 'docker', 'Dockerfile') }, executable: false },
    { path: 'program/serve.js', content: { file: join(serving, 'serve.js') }, executable: false },
    { path: 'program/package.json', content: { text: '{ "type": "module" }\n' }, executable: false },
    ...wanted.flatMap((platform) => listRuntime(platform, root)),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes the context into the folder, which is emptied first. Modes do not depend on the caller's umask. */
export function writeContext(folder: string, files: readonly ContextFile[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content, executable } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if ('text' in content) writeFileSync(file, content.text);
    else copyFileSync(content.file, file);
    chmodSync(file, executable ? 0o755 : 0o644);
  }
  openFolders(folder);
}

function listRuntime(platform: Platform, root: string): ContextFile[] {
  const architecture = platform.slice('linux/'.length);
  const place = `platform/${architecture}`;
  const packages = installedPackages(join(root, 'docker', 'package.json'));
  if (!packages)
    return listFolder(join(root, 'dist', 'serving', 'onnxruntime-web'), `${place}/onnxruntime-web`);
  const nodeArchitecture = architecture === 'amd64' ? 'x64' : architecture;
  return [...packages].flatMap(([name, folder]) =>
    listFolder(folder, `${place}/node_modules/${name}`, (inside) =>
      isReadAtRunTime(inside, nodeArchitecture),
    ),
  );
}

/** @param isWanted asked about folders too, by their path within `folder` */
function listFolder(
  folder: string,
  place: string,
  isWanted: (inside: string) => boolean = () => true,
  inside = '',
): ContextFile[] {
  return readdirSync(join(folder, inside)).flatMap((name) => {
    const path = inside === '' ? name : `${inside}/${name}`;
    if (!isWanted(path)) return [];
    const file = join(folder, path);
    const stats = statSync(file);
    if (stats.isDirectory()) return listFolder(folder, place, isWanted, path);
    return [{ path: `${place}/${path}`, content: { file }, executable: (stats.mode & 0o100) !== 0 }];
  });
}

/** The image's user is nobody: folders that a strict umask closed would be closed to it. */
function openFolders(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
  }
}
