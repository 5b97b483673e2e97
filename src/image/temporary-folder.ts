import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../core/files/folder.ts';
import { temporaryName } from '../core/files/temporary-name.ts';

/** A folder (mode 0700) below `parent` for as long as `work` takes; gone also when the process exits
 * meanwhile; after a kill, the next command sweeps it. */
export async function withTemporaryFolder<Result>(
  parent: string,
  purpose: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  makeFolder(parent);
  const folder = join(parent, temporaryName(purpose));
  mkdirSync(folder, 0o700);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
