import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createFileAtomic, writeFileAtomic } from '../../core/atomic-file.ts';
import { isAlive, isPid } from '../../core/background/processes.ts';
import type { Clock } from '../../core/clock.ts';
import { userError } from '../../core/errors.ts';
import { fileInside } from '../../core/files/file-name.ts';
import { newUuid } from '../../core/random.ts';
import { startMarkOf } from './process-identity.ts';
import { unwritableStateDirectory } from './state-directory.ts';

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
 * @throws MlbenchError `locked`, naming the holder's pid (exit code 2)
 */
export async function withLock<Result>(
  stateDir: string,
  command: string,
  clock: Clock,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(stateDir, 'lock');
  const holder: Holder = {
    pid: process.pid,
    startMark: startMarkOf(process.pid) ?? '',
    command,
    since: new Date(clock.nowMs()).toISOString(),
    token: newUuid(),
  };
  acquire(path, holder);
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

function release(path: string, token: string): void {
  if (readHolder(path)?.token === token) rmSync(path, { force: true });
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
