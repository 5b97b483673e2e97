import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The closure of a package.json's dependencies: name → folder, found as Node finds them.
 * @returns undefined if one of them is not installed
 */
export function installedPackages(
  manifestPath: string,
  found = new Map<string, string>(),
): Map<string, string> | undefined {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (installOnly.has(name) || found.has(name)) continue;
    const folder = packageFolder(name, manifestPath);
    if (folder === undefined) return undefined;
    found.set(name, folder);
    if (!installedPackages(join(folder, 'package.json'), found)) return undefined;
  }
  return found;
}

/**
 * Leaves out what is never read at run time: other platforms' binaries, sources, types, source maps, scripts.
 * @param inside path within the package, with slashes; a folder's too
 */
export function isReadAtRunTime(inside: string, nodeArchitecture: string): boolean {
  const [, system, architecture] = native.exec(inside) ?? [];
  if (system !== undefined && system !== 'linux') return false;
  if (architecture !== undefined && architecture !== nodeArchitecture) return false;
  return !unread.test(inside) && !inside.startsWith('node_modules');
}

/** Wanted by onnxruntime-node's install script alone, which downloads what the image does without. */
const installOnly = new Set(['adm-zip', 'global-agent']);
const unread = /(?:\.map|\.ts|\.md)$|^(?:lib|script|scripts)(?:\/|$)|^dist\/(?:esm|ort-|ort\.)/;
const native = /^bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/;

function packageFolder(name: string, from: string): string | undefined {
  let folder: string;
  try {
    folder = dirname(createRequire(from).resolve(name));
  } catch {
    return undefined;
  }
  for (; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    // A package may hold further package.json files (dist/cjs); its own has its name.
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === name) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
