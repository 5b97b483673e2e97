import type { Server } from 'node:http';
import type { Clock } from '../clock.ts';
import { MlbenchError, systemErrorCode, userError } from '../errors.ts';
import { isPlaceTrouble } from '../files/state-directory.ts';
import { keepFilesPrivate } from '../files/umask.ts';
import { packageVersion } from '../package-paths.ts';
import {
  healthPath,
  placeTroubleExitCode,
  readProcessFile,
  releaseClaim,
  removeProcessFile,
  writeFailure,
  writeProcessFile,
} from './background-files.ts';
import { closeInheritedDescriptors } from './inherited-descriptors.ts';

export { healthPath };

/** What a background process must answer at `healthPath`, at the least. */
export interface ServiceIdentity {
  instanceId: string;
  pid: number;
  version: string;
}

export interface RunningService {
  port: number;
  /** Shown in `process.json`: what the process was started with. */
  options: unknown;
  /** Ends gracefully; is given ten seconds. */
  stop(): Promise<void>;
}

/**
 * The child's side of `background-process.ts`: starts the service, registers it in `process.json`, and ends it on
 * SIGTERM, SIGINT, or once `process.json` no longer names it (the folder was deleted, or another took its place).
 * SIGHUP is ignored: the terminal that started it may close. Call it once, as the last thing a program's entry does.
 *
 * @param start gets the payload of `startBackground`, the folder and what to answer at `healthPath`
 */
export async function serveInBackground<Payload>(
  clock: Clock,
  start: (payload: Payload, folder: string, identity: ServiceIdentity) => Promise<RunningService>,
): Promise<void> {
  const { instanceId, folder, payload } = JSON.parse(process.argv[2] ?? '{}');
  closeInheritedDescriptors();
  keepFilesPrivate();
  process.on('SIGHUP', () => {});
  // Its log is a file: a disk that fills up must cost the log's lines, not the process.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  try {
    const identity = { instanceId, pid: process.pid, version: packageVersion };
    const service = await start(payload as Payload, folder, identity);
    endWhenTold(clock, folder, instanceId, service);
    writeProcessFile(folder, {
      ...identity,
      port: service.port,
      url: `http://127.0.0.1:${service.port}`,
      options: service.options,
      startedAt: new Date(clock.nowMs()).toISOString(),
    });
    // Written first, claim released second: a stop takes the claim first and reads the file second, so one sees the
    // other.
    if (!releaseClaim(folder, instanceId)) process.kill(process.pid, 'SIGTERM');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    if (error instanceof MlbenchError) writeFailure(folder, error);
    process.exit(isPlaceTrouble(error) ? placeTroubleExitCode : 1);
  }
}

/**
 * Listens on 127.0.0.1 and nowhere else.
 * @returns the port
 * @throws MlbenchError `port-in-use`, naming the port and `remedy`
 */
export function listenOnLoopback(server: Server, port: number, remedy: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      const code = systemErrorCode(error);
      if (code === 'EADDRINUSE')
        reject(userError('port-in-use', `port ${port} is in use by another program`, remedy, error));
      else if (code === 'EACCES')
        reject(userError('port-forbidden', `port ${port} needs more rights than you have`, remedy, error));
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

const watchIntervalMs = 1_000;
const stopTimeoutMs = 10_000;

function endWhenTold(clock: Clock, folder: string, instanceId: string, service: RunningService): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    // Whatever hangs, this process does not outlive its end by more than this.
    clock.after(stopTimeoutMs, () => process.exit(1));
    service
      .stop()
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .finally(() => {
        removeProcessFile(folder, instanceId);
        process.exit(0);
      });
  };
  const watch = () => {
    if (readProcessFile(folder)?.instanceId !== instanceId) end();
    else clock.after(watchIntervalMs, watch, { unref: true });
  };
  clock.after(watchIntervalMs, watch, { unref: true });
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
