import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../core/files/folder.ts';
import { temporaryName } from '../core/files/temporary-name.ts';

/**
 * A folder below `parent` for as long as `work` takes; gone also when the process exits meanwhile. After a kill, the
 * next command sweeps it.
 */
export async function withTemporaryFolder<Result>(
  parent: string,
  purpose: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  makeFolder(parent);
  const folder = join(parent, temporaryName(purpose));
  makeFolder(folder);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
