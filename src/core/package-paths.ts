import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installed package's own folder, whether this code runs from `src/` or from a bundle in `dist/`. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

export const packageVersion: string = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
).version;

/** A program of ours that runs in a process or thread of its own; always the built one in `dist/`. */
export function builtProgram(
  name:
    | 'load-worker'
    | 'scenario'
    | 'scenario-host'
    | 'null-server'
    | 'localcloud'
    | 'lifeline'
    | 'container-lifeline'
    | 'api-front'
    | 'lambda/index'
    | 'serving/serve',
): string {
  return join(packageRoot, 'dist', `${name}.js`);
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'bin', 'mlbench.js')))
      return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json above ${start}`);
  }
}
