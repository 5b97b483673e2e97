import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { MlbenchError, userError } from '../../core/errors.ts';
import { createFileAtomic, writeFileAtomic } from '../../core/files/atomic-file.ts';
import { fileInside } from '../../core/files/file-name.ts';
import { unwritableStateDirectory } from '../../core/files/state-directory.ts';
import { startMarkOf } from '../../core/processes/process-identity.ts';
import { isAlive, isPid } from '../../core/processes/processes.ts';
import { newUuid } from '../../core/random.ts';

interface Holder {
  pid: number;
  /** Tells the process from a later one with the same pid. */
  startMark: string;
  command: string;
  since: string;
  /** Of this one acquisition. */
  token: string;
}

/**
 * Runs `work` as the only one that changes what the state directory's ledger speaks of.
 * @param withoutLock for what a full disk must not block: told why there is no lock, where none can be written and no
 * living process holds one; `work` is done then all the same
 * @throws MlbenchError `locked`, naming the holder's pid; `state-dir` (exit code 2)
 */
export async function withLock<Result>(
  stateDir: string,
  command: string,
  clock: Clock,
  work: () => Promise<Result>,
  withoutLock?: (why: MlbenchError) => void,
): Promise<Result> {
  const path = join(stateDir, 'lock');
  const holder: Holder = {
    pid: process.pid,
    startMark: startMarkOf(process.pid) ?? '',
    command,
    since: new Date(clock.nowMs()).toISOString(),
    token: newUuid(),
  };
  try {
    acquire(path, holder);
  } catch (error) {
    const current = readHolder(path);
    if (!withoutLock || !isUnwritable(error) || (current && isRunning(current))) throw error;
    withoutLock(error);
  }
  sweepTakeovers(path);
  try {
    return await work();
  } finally {
    release(path, holder.token);
  }
}

/**
 * Makes the lock, or takes over that of a dead holder. Two that find the same dead one must not both win, so taking
 * over is itself done under a lock named after the dead holder's token: only one can replace that lock, and once it is
 * replaced the token no longer matches, for ever. (A crash while taking over leaves a dead lock of the same kind.)
 */
function acquire(path: string, holder: Holder): void {
  if (createWhole(path, holder)) return;
  const current = readHolder(path);
  if (!current) {
    // Released between our two looks, or not ours to understand.
    if (createWhole(path, holder)) return;
    throw locked(path, readHolder(path));
  }
  if (isRunning(current)) throw locked(path, current);
  const takeover = fileInside(dirname(path), `${basename(path)}.${current.token}`);
  acquire(takeover, holder);
  try {
    const now = readHolder(path);
    if (now?.token === current.token) writeFileAtomic(path, JSON.stringify(holder));
    else if (now || !createWhole(path, holder)) throw locked(path, now ?? readHolder(path));
  } finally {
    release(takeover, holder.token);
  }
}

/** Locks on taking over, of processes that were killed while they did. */
function sweepTakeovers(path: string): void {
  try {
    const start = `${basename(path)}.`;
    for (const name of readdirSync(dirname(path)).filter((other) => other.startsWith(start))) {
      const takeover = join(dirname(path), name);
      const holder = readHolder(takeover);
      if (holder && !isRunning(holder)) rmSync(takeover, { force: true });
    }
  } catch {
    // Debris is no reason not to work.
  }
}

function release(path: string, token: string): void {
  if (readHolder(path)?.token !== token) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder has become read-only. A lock counts as long as its holder lives, and no longer.
  }
}

function isUnwritable(error: unknown): error is MlbenchError {
  return error instanceof MlbenchError && error.code === 'state-dir';
}

/** False: there is one. */
function createWhole(path: string, holder: Holder): boolean {
  try {
    return createFileAtomic(path, JSON.stringify(holder));
  } catch (error) {
    throw unwritableStateDirectory(dirname(path), error);
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return isPid(content.pid) && isToken(content.token) ? (content as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** It names the lock under which this one is taken over: a crafted one must not name another file. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
}

function isRunning(holder: Holder): boolean {
  return holder.startMark ? startMarkOf(holder.pid) === holder.startMark : isAlive(holder.pid);
}

function locked(path: string, holder: Holder | undefined) {
  return holder
    ? userError(
        'locked',
        `mlbench ${holder.command} (pid ${holder.pid}, since ${holder.since}) is at work in this state directory`,
        'wait until it has ended, or pass another --state-dir',
      )
    : userError('locked', `${path} is not a lock file of mlbench`, `delete ${path} if no mlbench runs`);
}
