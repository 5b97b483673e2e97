import { lstatSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RecordRefusal } from './record-errors.ts';

/**
 * A run's folder.
 * @param run its id, or a folder
 * @throws MlbenchError `no-such-run`, `not-a-run`, `run-unfinished`
 */
export function findRunFolder(run: string, stateDir: string, refuse: RecordRefusal): string {
  const runs = join(stateDir, 'runs');
  const remedy = `name a folder of ${runs}`;
  const found = (run === '' ? [] : [join(runs, run), resolve(run)]).find(exists);
  if (found === undefined) throw refuse('no-such-run', 'there is no such run', remedy);
  if (!isFolder(found)) throw refuse('not-a-run', `${found} is a file, not a run's folder`, remedy);
  if (exists(join(found, 'result.json'))) return found;
  if (exists(join(found, 'timeline.ndjson')))
    throw refuse(
      'run-unfinished',
      `the run in ${found} never ended: it has no result.json`,
      'name a run that ended; what it measured is in its timeline.ndjson and intervals.hlog',
    );
  throw refuse('not-a-run', `${found} holds no run: it has no result.json`, remedy);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
