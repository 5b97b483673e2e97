import { get } from 'node:http';
import type { InstanceType } from '../../catalog/instance-types.ts';
import type { Timer } from '../../core/clock.ts';
import { type Clock, sleep } from '../../core/clock.ts';
import type { BoundedLog } from './bounded-log.ts';
import type { Usage } from './usage.ts';

/** One run of an instance's container: what SageMaker would start as `IMAGE serve`. */
export interface RunningContainer {
  /** Of 127.0.0.1. Rejects if it ends before it can be reached. */
  readonly port: Promise<number>;
  /** Resolves with how it ended, in words; never rejects. */
  readonly exited: Promise<string>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** What it takes of this machine; undefined where that cannot be told, or it is not up. */
  readUsage(): Usage | undefined;
}

export interface ContainerSettings {
  /** `mlbench/AllTraffic/3` */
  instanceId: string;
  type: InstanceType;
  /** As the model names it. */
  image: string | undefined;
  /** The unpacked model; the sample model where the model names no data. */
  modelFolder: string;
  /** The model names data. An image without may hold its model itself. */
  hasModelData: boolean;
  /** The user has brought the model: it may carry code. */
  isUsers: boolean;
  /** The instance's own; removed with it. */
  temporaryFolder: string;
  environment: Record<string, string>;
  log: BoundedLog;
}

/** Where containers run: plain processes, or a container engine. */
export interface ContainerRuntime {
  /** Whether what runs in a container can reach nothing of the user's. */
  isolates: boolean;
  /** What code an image brings, in words; undefined: none. */
  carriedCode(image: string | undefined): string | undefined;
  start(settings: ContainerSettings): RunningContainer;
  /** Once all have ended. */
  close(): Promise<void>;
}

/** Resolves true once `GET /ping` answers 200, false when `signal` aborts first. */
export async function waitForPing(port: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await ping(port, 2_000)) return true;
    await sleep(clock, 25, signal).catch(() => {});
  }
  return false;
}

/** SageMaker's health check: 200 within 2 s. */
function ping(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/ping', agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        response.on('error', () => resolve(false));
        response.on('end', () => resolve(response.statusCode === 200));
        response.resume();
      },
    );
    request.on('error', () => resolve(false));
  });
}

/** A container that hangs is as good as ended: three pings missed in a row, and `hung` is called. */
export function keepPinging(clock: Clock, port: number, hung: () => void): Timer {
  let missed = 0;
  let cancelled = false;
  let timer: Timer;
  const next = () => {
    timer = clock.after(
      pingIntervalMs,
      () => {
        void ping(port, 2_000).then((answered) => {
          if (cancelled) return;
          missed = answered ? 0 : missed + 1;
          if (missed >= maxMissedPings) hung();
          else next();
        });
      },
      { unref: true },
    );
  };
  next();
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}

const pingIntervalMs = 5_000;
const maxMissedPings = 3;
