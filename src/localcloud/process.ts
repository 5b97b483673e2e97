import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackgroundProcess } from '../core/background/background-files.ts';
import {
  findBackground,
  type StopOutcome,
  startBackground,
  stopBackground,
} from '../core/background/background-process.ts';
import { type OwnerKey, readOwnerKey } from '../core/background/owner-key.ts';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import { builtProgram } from '../core/package-paths.ts';
import { formatDurationMs } from '../core/units.ts';
import type { LocalContainers, StandInOptions } from './options.ts';

/** Whose the stand-in is: `down` stops one that `up` started, `local stop` one that `local start` did. */
export type StartedBy = 'up' | 'local-start';

export interface StandInRecord {
  standIn: StandInOptions;
  startedBy: StartedBy;
  /** Null with the runtime `process`. */
  containers: LocalContainers | null;
}

export interface StandIn {
  pid: number;
  port: number;
  /** `AWS_ENDPOINT_URL` for every SDK. */
  url: string;
  options: StandInOptions;
  startedBy: StartedBy;
  containers: LocalContainers | null;
  /** What its user signs with. Never to be written down. */
  ownerKey: OwnerKey;
  /** False: it is there but does not answer. */
  healthy: boolean;
}

/**
 * Starts the stand-in of a state folder, or finds it running with the same options.
 * @throws MlbenchError if it runs with other options, its port is in use, or it does not become ready
 */
export async function startStandIn(
  stateDir: string,
  options: StandInOptions,
  around: {
    clock: Clock;
    startedBy: StartedBy;
    containers: LocalContainers | null;
    signal?: AbortSignal | undefined;
  },
): Promise<{ standIn: StandIn; started: boolean }> {
  const payload: StandInRecord = {
    standIn: options,
    startedBy: around.startedBy,
    containers: around.containers,
  };
  const outcome = await startBackground<StandInRecord>({
    program: builtProgram('localcloud'),
    folder: folderOf(stateDir),
    payload,
    name: 'the stand-in',
    readyTimeoutMs: 20_000,
    environment: around.containers === null ? 'program' : 'container-engine',
    clock: around.clock,
    signal: around.signal,
  });
  const standIn = describe(stateDir, outcome.process, true);
  const difference = outcome.started ? undefined : differentOption(standIn, options);
  if (difference) throw difference;
  return { standIn, started: outcome.started };
}

/** The stand-in of that state folder, if there is one. */
export async function findStandIn(stateDir: string): Promise<StandIn | undefined> {
  const found = await findBackground<StandInRecord>(folderOf(stateDir));
  return found && describe(stateDir, found.process, found.state === 'running');
}

/**
 * Ends it and its instances: asks, waits `timeoutMs`, kills. What one that was killed has left of models and objects
 * goes; logs stay.
 */
export async function stopStandIn(
  stateDir: string,
  around: { clock: Clock; timeoutMs?: number },
): Promise<StopOutcome> {
  const folder = folderOf(stateDir);
  const outcome = await stopBackground(folder, {
    clock: around.clock,
    timeoutMs: around.timeoutMs ?? 10_000,
  });
  clearAway(folder);
  return outcome;
}

function clearAway(folder: string): void {
  const instances = join(folder, 'instances');
  try {
    rmSync(join(folder, 's3'), { recursive: true, force: true });
    if (!existsSync(instances)) return;
    for (const name of readdirSync(instances))
      if (name !== 'logs') rmSync(join(instances, name), { recursive: true, force: true });
  } catch {
    // A read-only folder: the next start clears it.
  }
}

/**
 * The error that names the first option in which a running stand-in differs from what is asked for; port 0 fits any.
 */
export function differentOption(running: StandIn, wanted: StandInOptions): MlbenchError | undefined {
  for (const [flag, read] of flags) {
    const is = read({ ...running.options, port: wanted.port === 0 ? 0 : running.port });
    const asked = read(wanted);
    if (is === asked) continue;
    return userError(
      'stand-in-differs',
      `the stand-in already runs (pid ${running.pid}) with ${flag} ${is}, not ${asked}`,
      `leave ${flag} as it is, or stop it first: mlbench ${running.startedBy === 'up' ? 'down' : 'local stop'}`,
    );
  }
  return undefined;
}

/** Each option as it would be typed. */
const flags: [flag: string, read: (options: StandInOptions) => string][] = [
  ['--port', ({ port }) => String(port)],
  ['--time-scale', ({ timeScale }) => String(timeScale)],
  ['--create-time', ({ createTimeMs }) => formatDurationMs(createTimeMs)],
  ['--provision-time', ({ provisionTimeMs }) => formatDurationMs(provisionTimeMs)],
  ['--metric-delay', ({ metricDelayMs }) => formatDurationMs(metricDelayMs)],
  ['--service-time', ({ capacity }) => optional(capacity.serviceTimeMs, (ms) => `${ms}ms`)],
  ['--concurrency', ({ capacity }) => optional(capacity.concurrency, String)],
  ['--queue', ({ capacity }) => String(capacity.queue)],
  ['--local-runtime', ({ runtime }) => runtime],
  ['--instance-quota', ({ instanceQuota }) => String(instanceQuota)],
  ['--allow-host', ({ hosts }) => (hosts.length === 0 ? 'none' : hosts.join(' '))],
  ['--region', ({ region }) => region],
  ['--seed', ({ seed }) => String(seed)],
];

function optional(value: number | null, write: (value: number) => string): string {
  return value === null ? 'none' : write(value);
}

function describe(stateDir: string, found: BackgroundProcess<StandInRecord>, healthy: boolean): StandIn {
  const { pid, port, url, options } = found;
  const { standIn, startedBy, containers } = options;
  // Any other does, where nothing carries code.
  const ownerKey = readOwnerKey(folderOf(stateDir)) ?? { accessKeyId: 'mlbench', secretAccessKey: 'local' };
  return { pid, port, url, options: standIn, startedBy, containers, ownerKey, healthy };
}

function folderOf(stateDir: string): string {
  return join(stateDir, 'local');
}
