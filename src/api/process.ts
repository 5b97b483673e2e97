import { join } from 'node:path';
import {
  type FoundProcess,
  findBackground,
  type StartOutcome,
  type StopOutcome,
  startBackground,
  stopBackground,
} from '../core/background/background-process.ts';
import type { Clock } from '../core/clock.ts';
import { builtProgram } from '../core/package-paths.ts';

/** What the `/evaluate` API's local front is started with, and what its `process.json` says. */
export interface ApiFrontOptions {
  endpointName: string;
  /** Base URL of the SageMaker runtime that it calls: the stand-in's. */
  runtimeUrl: string;
  region: string;
  /** 0 lets the system choose. */
  port: number;
  /** Whose web pages may call it and read answers: `http://localhost:3000`; `*` is everybody's. */
  origins: readonly string[];
  /** Under which it may be called, beside loopback's names: `host.docker.internal`. */
  hosts: readonly string[];
  /** The command that started it: `up`. */
  startedBy: string;
}

/**
 * Starts the front, or finds the one that runs: with whatever options, so compare `process.options`.
 * @param stateDir absolute path of `.mlbench`
 * @throws MlbenchError `port-in-use`, `background-not-ready`, …
 */
export function startApiFront(
  stateDir: string,
  options: ApiFrontOptions,
  how: { clock: Clock; signal?: AbortSignal | undefined },
): Promise<StartOutcome<ApiFrontOptions>> {
  return startBackground<ApiFrontOptions>({
    program: builtProgram('api-front'),
    folder: folderIn(stateDir),
    payload: options,
    name: 'the API front',
    readyTimeoutMs: 10_000,
    ...how,
  });
}

export function findApiFront(stateDir: string): Promise<FoundProcess<ApiFrontOptions> | undefined> {
  return findBackground<ApiFrontOptions>(folderIn(stateDir));
}

export function stopApiFront(stateDir: string, how: { clock: Clock }): Promise<StopOutcome> {
  return stopBackground(folderIn(stateDir), { ...how, timeoutMs: 5_000 });
}

function folderIn(stateDir: string): string {
  return join(stateDir, 'api');
}
