import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { MlbenchError } from '../../../core/errors.ts';
import { builtProgram } from '../../../core/package-paths.ts';

/** A function's code as Lambda takes it. */
export interface LambdaBundle {
  zip: Uint8Array;
  /** Base64, as Lambda's own `CodeSha256`: tells whether what runs is this. */
  sha256: string;
}

/**
 * The function behind `/evaluate`, as it was built into `dist/lambda/`.
 * @throws MlbenchError `not-built`
 */
export function readLambdaBundle(folder = dirname(builtProgram('lambda/index'))): LambdaBundle {
  return zipFiles(readFiles(folder));
}

/**
 * The same files give the same bytes, whenever and wherever they are zipped: no date, no owner, one order, and a
 * deflate written in JavaScript (zlib's differs between versions and processors: decision 7).
 */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>): LambdaBundle {
  const names = [...files.keys()].sort();
  const zip = zipSync(Object.fromEntries(names.map((name) => [name, files.get(name) ?? new Uint8Array()])), {
    level: 9,
    // The format's first day, at midnight of wherever this runs: it holds local time without saying whose.
    mtime: new Date(1980, 0, 1),
    // Written as on Unix, readable by all: Lambda runs the code as another user than the one it unpacks as.
    os: 3,
    attrs: 0o100644 << 16,
  });
  return { zip, sha256: createHash('sha256').update(zip).digest('base64') };
}

function readFiles(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  try {
    for (const name of readdirSync(folder)) {
      // Twice as large as the code, and Lambda does not read it.
      if (!name.endsWith('.map')) files.set(name, readFileSync(join(folder, name)));
    }
  } catch (error) {
    throw notBuilt(folder, error);
  }
  if (!files.has('index.js')) throw notBuilt(folder);
  return files;
}

function notBuilt(folder: string, cause?: unknown): MlbenchError {
  return new MlbenchError({
    code: 'not-built',
    message: `the function of the /evaluate API is not in ${folder}`,
    remedy: 'npm run build in a clone; an installed mlbench should be installed again',
    source: 'bug',
    cause,
  });
}
