import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MlbenchError, type MlbenchErrorFields } from '../errors.ts';
import { createFileAtomic, writeFileAtomic } from '../files/atomic-file.ts';
import { isUuid } from '../files/file-name.ts';
import { temporaryName } from '../files/temporary-name.ts';
import { isAlive, isPid } from '../processes/processes.ts';

/** Every background process answers here with a JSON object that has its `instanceId`. */
export const healthPath = '/_mlbench/health';

/** With it a child ends that cannot write into its folder, not even why it ends. */
export const placeTroubleExitCode = 73;

/** `process.json`: what a background process says of itself. */
export interface BackgroundProcess<Options = unknown> {
  pid: number;
  port: number;
  /** `http://127.0.0.1:PORT` */
  url: string;
  instanceId: string;
  /** Of mlbench, when it was started. */
  version: string;
  /** What it was started with. */
  options: Options;
  /** ISO instant. */
  startedAt: string;
}

/** `starting.json`: who is starting which instance. */
export interface StartClaim {
  instanceId: string;
  starterPid: number;
}

/** Undefined where there is none, or none that can be read: its process then ends by itself. */
export function readProcessFile<Options = unknown>(folder: string): BackgroundProcess<Options> | undefined {
  const content = readJson(join(folder, 'process.json')) as Partial<BackgroundProcess<Options>> | undefined;
  const complete =
    isPid(content?.pid) &&
    Number.isInteger(content?.port) &&
    content.port! > 0 &&
    content.port! <= 65_535 &&
    isUuid(content.instanceId);
  if (!complete) return undefined;
  // Not as it stands there: whoever wrote it shall not choose where requests go.
  return { ...(content as BackgroundProcess<Options>), url: `http://127.0.0.1:${content?.port}` };
}

export function writeProcessFile(folder: string, content: BackgroundProcess): void {
  writeFileAtomic(join(folder, 'process.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** Removes `process.json` if it still names that instance. */
export function removeProcessFile(folder: string, instanceId: string): void {
  if (readProcessFile(folder)?.instanceId === instanceId) removeQuietly(join(folder, 'process.json'));
}

/** In a folder that has become read-only it stays, and is recognised as stale. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Nothing that an end should fail for.
  }
}

/** True for the one that may start a process now; a claim whose maker is dead is taken over. */
export function claimStart(folder: string, claim: StartClaim): boolean {
  const path = join(folder, 'starting.json');
  callOffDeadStart(folder);
  return createFileAtomic(path, JSON.stringify(claim));
}

/**
 * Takes the claim of a starter that was killed away, so that the process it may have spawned ends instead of
 * registering.
 * @returns whether there was one
 */
export function callOffDeadStart(folder: string): boolean {
  const path = join(folder, 'starting.json');
  const holder = readJson(path) as Partial<StartClaim> | undefined;
  return (
    holder !== undefined &&
    !(isPid(holder.starterPid) && isAlive(holder.starterPid)) &&
    removeClaim(path, holder.instanceId)
  );
}

export function isClaimed(folder: string): boolean {
  return existsSync(join(folder, 'starting.json'));
}

/**
 * Takes the claim away: that of one instance, or whosever it is.
 * @returns whether it was there
 */
export function releaseClaim(folder: string, instanceId?: string): boolean {
  const path = join(folder, 'starting.json');
  const holder = readJson(path) as Partial<StartClaim> | undefined;
  if (!holder || (instanceId !== undefined && holder.instanceId !== instanceId)) return false;
  return removeClaim(path, holder.instanceId);
}

export function writeFailure(folder: string, error: MlbenchError): void {
  const { code, message, remedy, source, exitCode } = error;
  try {
    writeFileAtomic(join(folder, 'failed.json'), JSON.stringify({ code, message, remedy, source, exitCode }));
  } catch {
    // The log has it, if there is room for a log.
  }
}

/** The error that the child gave as its reason, as it would have thrown it here. */
export function readFailure(folder: string): MlbenchError | undefined {
  const fields = readJson(join(folder, 'failed.json')) as MlbenchErrorFields | undefined;
  return fields ? new MlbenchError(fields) : undefined;
}

export function removeFailure(folder: string): void {
  removeQuietly(join(folder, 'failed.json'));
}

/** The log's last lines, for an error message; empty if there is none. */
export function logTail(folder: string, lines = 12): string {
  try {
    return readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/** By rename, so that of several that see the same stale claim one takes it away, and none takes a newer one. */
function removeClaim(path: string, instanceId: string | undefined): boolean {
  const aside = join(dirname(path), temporaryName(basename(path)));
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const taken = readJson(aside) as Partial<StartClaim> | undefined;
  if (taken && taken.instanceId !== instanceId) renameSync(aside, path);
  else rmSync(aside, { force: true });
  return true;
}

function readJson(path: string): object | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}
