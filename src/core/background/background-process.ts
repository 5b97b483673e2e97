import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../clock.ts';
import { MlbenchError, userError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { makeFolder } from '../files/folder.ts';
import { isPlaceTrouble, unwritableStateDirectory } from '../files/state-directory.ts';
import { ownCommand } from '../options/own-command.ts';
import { packageRoot } from '../package-paths.ts';
import { type ChildKind, childEnvironment } from '../processes/child-environment.ts';
import { commandLineOf, processesNaming, sendSignal } from '../processes/processes.ts';
import { newUuid } from '../random.ts';
import {
  type BackgroundProcess,
  callOffDeadStart,
  claimStart,
  isClaimed,
  logTail,
  placeTroubleExitCode,
  readFailure,
  readProcessFile,
  releaseClaim,
  removeFailure,
  removeProcessFile,
} from './background-files.ts';
import { healthInstanceId } from './background-health.ts';

/**
 * A background process and whoever looks for it meet in one folder (the caller's side; the child's is
 * `background-service.ts`):
 *
 *   starting.json  made with O_EXCL by the one that starts; holds the instance id the child was given. The child removes it
 *                  once it is registered, and ends if it no longer names it: so two starts at once make one process,
 *                  and a stop during a start leaves none.
 *   process.json   pid, port, instance id, options: written by the child once it listens. Believed only if
 *                  `GET /_mlbench/health` answers with the same instance id.
 *   failed.json    why the child could not start.
 *   log            its output; that of the one before is `log.previous`.
 *
 * The instance id is on the child's command line, so a process that hangs can be told from one that got its pid later.
 */
export interface StartRequest {
  /** Absolute path of a JavaScript file that calls `serveInBackground`. */
  program: string;
  /** Absolute; made if missing. */
  folder: string;
  /** Given to the child as JSON on its command line: no secrets. */
  payload: unknown;
  /** Names the process in errors: `the stand-in`. */
  name: string;
  readyTimeoutMs: number;
  /** What of this process's environment the child is given. */
  environment?: ChildKind;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/** `started` is false where a healthy process already ran in that folder, whatever its options. */
export interface StartOutcome<Options> {
  process: BackgroundProcess<Options>;
  started: boolean;
}

/**
 * Starts the program detached from this process and its descriptors, and waits until it answers.
 * @throws MlbenchError what the child gave as its reason; that it did not become ready, with its last log lines;
 * `state-dir` where its folder cannot be written
 */
export async function startBackground<Options>(request: StartRequest): Promise<StartOutcome<Options>> {
  try {
    return await startOnce(request);
  } catch (error) {
    throw isPlaceTrouble(error) ? unwritableFolder(request, error) : error;
  }
}

async function startOnce<Options>(request: StartRequest): Promise<StartOutcome<Options>> {
  const { folder, clock, signal } = request;
  makeFolder(folder);
  const instanceId = newUuid();
  const deadlineMs = clock.monotonicMs() + request.readyTimeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const found = await findBackground<Options>(folder);
    if (found?.state === 'running') return { process: found.process, started: false };
    if (found) throw unresponsive(request.name, found.process);
    if (claimStart(folder, { instanceId, starterPid: process.pid })) break;
    if (clock.monotonicMs() > deadlineMs) throw startStuck(request);
    await sleep(clock, 20, signal);
  }
  try {
    // Between the look above and the claim, another start may have run to its end.
    const found = await findBackground<Options>(folder);
    if (found?.state === 'running') return { process: found.process, started: false };
    return { process: await launch<Options>(request, instanceId, deadlineMs), started: true };
  } finally {
    releaseClaim(folder, instanceId);
  }
}

export interface FoundProcess<Options> {
  /** `unresponsive`: the process is there but does not answer. It can still be stopped. */
  state: 'running' | 'unresponsive';
  process: BackgroundProcess<Options>;
}

/**
 * The process that the folder names, if there is one; a stale file, or a pid that now is another's, is none. One whose
 * starter was killed before it was ready is told to end, and is none either.
 */
export async function findBackground<Options = unknown>(
  folder: string,
  healthTimeoutMs = 2_000,
): Promise<FoundProcess<Options> | undefined> {
  // The claim first: the child registers first and releases its claim second, so one of the two is seen.
  if (callOffDeadStart(folder)) return undefined;
  const named = readProcessFile<Options>(folder);
  if (!named) return undefined;
  if ((await healthInstanceId(named.port, healthTimeoutMs)) === named.instanceId) {
    return { state: 'running', process: named };
  }
  return isSame(named) ? { state: 'unresponsive', process: named } : undefined;
}

export type StopOutcome = 'not-running' | 'stopped' | 'killed';

/**
 * Ends the folder's process: SIGTERM, a bounded wait, SIGKILL. Also ends one that is only just starting.
 * Afterwards the folder names no process.
 */
export async function stopBackground(
  folder: string,
  options: { clock: Clock; timeoutMs: number },
): Promise<StopOutcome> {
  const { clock, timeoutMs } = options;
  releaseClaim(folder);
  const named = readProcessFile(folder);
  if (named && isSame(named)) {
    const outcome = await end({ pid: named.pid, mark: named.instanceId }, clock, timeoutMs);
    removeProcessFile(folder, named.instanceId);
    return outcome;
  }
  if (named) removeProcessFile(folder, named.instanceId);
  // One whose folder was removed ends by itself, a moment later: whoever says that nothing is left waits for it.
  const mark = folderMark(folder);
  const strays = processesNaming(mark);
  const outcomes = await Promise.all(strays.map((pid) => end({ pid, mark }, clock, timeoutMs)));
  return outcomes.find((outcome) => outcome === 'killed') ?? outcomes[0] ?? 'not-running';
}

/** How the command line of a background process names its folder. */
function folderMark(folder: string): string {
  return `"folder":${JSON.stringify(folder)}`;
}

/** @param process its command line has the mark for as long as it is the one that is meant */
async function end(
  process: { pid: number; mark: string },
  clock: Clock,
  timeoutMs: number,
): Promise<'stopped' | 'killed'> {
  sendSignal(process.pid, 'SIGTERM');
  if (await ended(process, clock, timeoutMs)) return 'stopped';
  sendSignal(process.pid, 'SIGKILL');
  await ended(process, clock, 5_000);
  return 'killed';
}

async function launch<Options>(
  request: StartRequest,
  instanceId: string,
  deadlineMs: number,
): Promise<BackgroundProcess<Options>> {
  const { folder, clock, signal } = request;
  removeFailure(folder);
  keepPreviousLog(folder);
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  const child = spawn(
    process.execPath,
    [request.program, JSON.stringify({ instanceId, folder, payload: request.payload })],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: packageRoot,
      env: childEnvironment(request.environment),
      windowsHide: true,
    },
  );
  closeSync(log);
  child.unref();
  let ending: string | undefined;
  child.once('error', (error) => {
    ending = error.message;
  });
  child.once('exit', (code, killedBy) => {
    ending ??= killedBy ? `was ended by ${killedBy}` : `ended with exit code ${code}`;
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const named = isClaimed(folder) ? undefined : readProcessFile<Options>(folder);
      if (
        named?.instanceId === instanceId &&
        (await healthInstanceId(named.port, Math.min(1_000, request.readyTimeoutMs))) === instanceId
      ) {
        return named;
      }
      if (ending === placeTroubleEnding) throw unwritableFolder(request, 'it could not register there');
      if (ending !== undefined) throw readFailure(folder) ?? notReady(request, ending);
      if (clock.monotonicMs() > deadlineMs) {
        throw notReady(request, `did not answer within ${request.readyTimeoutMs / 1_000} s`);
      }
      await sleep(clock, 10, signal);
    }
  } catch (error) {
    child.kill('SIGKILL');
    removeProcessFile(folder, instanceId);
    removeFailure(folder);
    throw error;
  }
}

function isSame(named: BackgroundProcess<unknown>): boolean {
  return commandLineOf(named.pid)?.includes(named.instanceId) ?? false;
}

async function ended(
  { pid, mark }: { pid: number; mark: string },
  clock: Clock,
  withinMs: number,
): Promise<boolean> {
  for (const deadlineMs = clock.monotonicMs() + withinMs; ; ) {
    if (!commandLineOf(pid)?.includes(mark)) return true;
    if (clock.monotonicMs() > deadlineMs) return false;
    await sleep(clock, 20);
  }
}

function keepPreviousLog(folder: string): void {
  try {
    renameSync(join(folder, 'log'), join(folder, 'log.previous'));
  } catch {
    // The first start here has none.
  }
}

function notReady(request: StartRequest, what: string): MlbenchError {
  const tail = logTail(request.folder);
  return new MlbenchError({
    code: 'background-not-ready',
    message: `${request.name} ${what}${tail ? `; its last words:\n${tail}` : ''}`,
    remedy: `see ${join(request.folder, 'log')}`,
    source: 'bug',
  });
}

/** The child could not even write down why. */
const placeTroubleEnding = `ended with exit code ${placeTroubleExitCode}`;

function unwritableFolder({ name, folder }: StartRequest, why: unknown): MlbenchError {
  const { code, message, remedy, source } = unwritableStateDirectory(folder, why);
  return new MlbenchError({
    code,
    message: `${name} did not start: ${message}`,
    remedy: why instanceof Error ? remedy : 'free some space there, or mend its rights',
    source,
    cause: why,
    exitCode: exitCodes.failed,
  });
}

function startStuck(request: StartRequest): MlbenchError {
  return userError(
    'background-starting',
    `${request.name} is being started by another process, which has not finished in ${request.readyTimeoutMs / 1_000} s`,
    `wait for it, or delete ${join(request.folder, 'starting.json')}`,
  );
}

function unresponsive(name: string, named: BackgroundProcess<unknown>): MlbenchError {
  return userError(
    'background-unresponsive',
    `${name} (pid ${named.pid}, ${named.url}) does not answer`,
    `stop it first: ${ownCommand('local stop')}, or ${ownCommand('down')}`,
  );
}
