import { existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unwritableStateDirectory } from '../../core/files/state-directory.ts';
import { temporaryName } from '../../core/files/temporary-name.ts';
import { packageRoot } from '../../core/package-paths.ts';
import { formatBytes } from '../../core/units.ts';
import { type Check, failed, fromError, ok, warning } from './check.ts';

/** @param version `24.21.0` */
export function checkNode(version: string): Check {
  const needed = neededNode();
  return compareVersions(version, needed) < 0
    ? failed(
        'Node.js',
        `${version}; mlbench needs ${needed} or newer`,
        'install Node.js 24: https://nodejs.org',
      )
    : ok('Node.js', version);
}

/** Files can be made where the state is kept, and there is room for them. Leaves nothing behind. */
export function checkStateFolder(stateDir: string): Check {
  const name = 'state folder';
  const folder = nearestFolder(stateDir);
  const probe = join(folder, temporaryName('mlbench-doctor'));
  try {
    writeFileSync(probe, 'x', { mode: 0o600, flag: 'wx' });
    rmSync(probe);
  } catch (error) {
    return fromError(name, 'failed', unwritableStateDirectory(stateDir, error));
  }
  return judgeSpace(stateDir, freeBytes(folder));
}

/** A run's files take a few megabytes; a model and an image's build context, hundreds. */
export function judgeSpace(stateDir: string, bytes: number): Check {
  const found = `${stateDir} can be written; ${formatGib(bytes)} free`;
  const remedy = 'free some space there, or pass another --state-dir';
  if (bytes < 104_857_600) return failed('state folder', found, remedy);
  return bytes < 1_073_741_824 ? warning('state folder', found, remedy) : ok('state folder', found);
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function formatGib(bytes: number): string {
  return bytes < 1_073_741_824 ? formatBytes(bytes) : `${Math.round(bytes / 1_073_741_824)} GiB`;
}

/** The folder itself, or the first above it that is there: `up` makes the rest. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** The least that `package.json` asks for: `>=22.19.0`. */
function neededNode(): string {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return engines.node.replace(/^\D+/, '');
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
