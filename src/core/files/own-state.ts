import { chmodSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemErrorCode, userError } from '../errors.ts';

/**
 * Makes sure that a state folder that is there is this user's, and closes it to all others. An older mlbench, or
 * another umask, may have left it open; another user of the machine may have put it there, or something into it, to have
 * it believed.
 * @throws MlbenchError `state-dir` (exit code 2)
 */
export function ownStateFolder(folder: string): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  const found = lookAt(folder);
  if (found === undefined) return;
  // A symbolic link is fine as long as both the link and what it leads to are the user's.
  const state = statOf(folder);
  if (state === undefined || !state.isDirectory()) return;
  for (const { uid } of [found, state]) if (uid !== user) throw anothers(folder, uid);
  if ((state.mode & othersMay) === 0) return;
  const names = readdirSync(folder);
  const writable = (state.mode & othersMayWrite) !== 0;
  for (const name of names) if (stateNames.test(name)) closeTo(join(folder, name), user, writable);
  // One that the user keeps other things in (`--state-dir .`) stays as open as it is.
  if (basename(folder) === '.mlbench' || names.every((name) => stateNames.test(name)))
    chmod(folder, state.mode);
}

const othersMay = 0o077;
const othersMayWrite = 0o022;

/** What mlbench makes in a state folder, and what it makes beside its files while it writes them. */
const stateNames = /^\.?(?:ledger\.json|lock|local|api|experiments|scratch|runs)(?:\.[0-9a-f-]{36}.*)?$/;

function closeTo(path: string, user: number, planted: boolean): void {
  const entry = lookAt(path);
  if (entry === undefined) return;
  if (entry.uid !== user) throw anothers(path, entry.uid);
  if (entry.isSymbolicLink()) return;
  if (planted && entry.isFile() && entry.nlink > 1)
    throw userError(
      'state-dir',
      `${path} has ${entry.nlink} names, and stands in a folder that other users may write in`,
      'delete it if you did not make it, or pass another --state-dir',
    );
  if (entry.isDirectory()) {
    const open = planted || (entry.mode & othersMayWrite) !== 0;
    for (const name of readdirSync(path)) closeTo(join(path, name), user, open);
  }
  if (entry.isDirectory() || entry.isFile()) chmod(path, entry.mode);
}

/** Some file systems have no modes, and no other users either. */
function chmod(path: string, mode: number): void {
  try {
    chmodSync(path, mode & 0o700);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EROFS', 'ENOENT'].includes(systemErrorCode(error) ?? ''))
      throw error;
  }
}

function lookAt(path: string): Stats | undefined {
  return quietly(() => lstatSync(path, { throwIfNoEntry: false }));
}

function statOf(path: string): Stats | undefined {
  return quietly(() => statSync(path, { throwIfNoEntry: false }));
}

/** What cannot be looked at is told of by whoever wants to use it. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function anothers(path: string, uid: number) {
  return userError(
    'state-dir',
    `${path} belongs to another user (uid ${uid}), who could make mlbench do as it says`,
    'pass a --state-dir of your own, or take it over with chown if you trust what is in it',
  );
}
