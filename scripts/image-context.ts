/**
 * `node scripts/image-context.ts FOLDER [PLATFORM…]`: assembles the build context of the serving image, so that the
 * build itself needs no package registry. Platforms: linux/amd64 and linux/arm64, both unless named.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildServing } from './build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Docker's name of a platform → folder names: Docker's architecture, and Node's. */
const platforms = {
  'linux/amd64': { docker: 'amd64', node: 'x64' },
  'linux/arm64': { docker: 'arm64', node: 'arm64' },
} as const;
type Platform = keyof typeof platforms;

/** Wanted by onnxruntime-node's install script alone, which downloads what the image does without. */
const installOnly = new Set(['adm-zip', 'global-agent']);

export async function assembleImageContext(folder: string, wanted: readonly Platform[]): Promise<void> {
  await buildServing();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'program'), { recursive: true });
  cpSync(join(root, 'docker', 'Dockerfile'), join(folder, 'Dockerfile'));
  cpSync(join(root, 'dist', 'serving', 'serve.js'), join(folder, 'program', 'serve.js'));
  writeFileSync(join(folder, 'program', 'package.json'), '{ "type": "module" }\n');
  for (const platform of wanted) {
    const names = platforms[platform];
    const target = join(folder, 'platform', names.docker, 'node_modules');
    for (const [name, source] of productionPackages(join(root, 'docker', 'package.json'))) {
      copyPackage(source, join(target, name), names.node);
    }
  }
}

/** The closure of a package.json's dependencies: name → folder, found as Node finds them. */
function productionPackages(manifestPath: string, found = new Map<string, string>()): Map<string, string> {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (installOnly.has(name) || found.has(name)) continue;
    const source = packageFolder(name, manifestPath);
    found.set(name, source);
    productionPackages(join(source, 'package.json'), found);
  }
  return found;
}

function packageFolder(name: string, from: string): string {
  for (let folder = dirname(createRequire(from).resolve(name)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    // A package may hold further package.json files (dist/cjs); its own has its name.
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === name) return folder;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed: npm ci`);
  }
}

/** Without what is never read at run time: other platforms' binaries, sources, types, source maps, scripts. */
function copyPackage(source: string, target: string, nodeArchitecture: string): void {
  const unread = /(?:\.map|\.ts|\.md)$|^(?:lib|script|scripts)(?:\/|$)|^dist\/(?:esm|ort-|ort\.)/;
  const native = /^bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/;
  cpSync(source, target, {
    recursive: true,
    filter: (path) => {
      const inside = relative(source, path).replaceAll('\\', '/');
      const [, system, architecture] = native.exec(inside) ?? [];
      if (system !== undefined && system !== 'linux') return false;
      if (architecture !== undefined && architecture !== nodeArchitecture) return false;
      return !unread.test(inside) && !inside.startsWith('node_modules');
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...named] = parseArgs({ allowPositionals: true }).positionals;
  const unknown = named.find((name) => !(name in platforms));
  if (folder === undefined || unknown !== undefined) {
    console.error(`usage: node scripts/image-context.ts FOLDER [${Object.keys(platforms).join('] [')}]`);
    process.exit(2);
  }
  const wanted = named.length > 0 ? named : Object.keys(platforms);
  await assembleImageContext(folder, wanted as Platform[]);
}
