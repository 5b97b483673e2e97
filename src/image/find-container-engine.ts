import { basename } from 'node:path';
import { type MlbenchError, systemErrorCode, userError } from '../core/errors.ts';
import {
  type ContainerEngineExit,
  type ContainerEngineSurroundings,
  runContainerEngine,
} from './run-container-engine.ts';

/** Whose command line a container engine speaks. */
export type Dialect = 'docker' | 'podman' | 'finch';

export interface ContainerEngine {
  /** A name on the PATH, or a path. */
  command: string;
  dialect: Dialect;
}

/** Names the container engine to use: one of `containerEngineNames`, or the path of one. */
const containerEngineVariable = 'MLBENCH_CONTAINER_ENGINE';

const containerEngineNames: readonly Dialect[] = ['docker', 'podman', 'finch'];

/**
 * The first container engine that is installed and runs, of docker, podman and finch in this order; or the one that
 * `MLBENCH_CONTAINER_ENGINE` names, and no other.
 * @throws MlbenchError `no-container-engine`: none is installed · `container-engine-stopped`,
 * `container-engine-forbidden`: there, but does not answer
 */
export async function findContainerEngine(around: ContainerEngineSurroundings): Promise<ContainerEngine> {
  const named = around.environment[containerEngineVariable];
  const problems: MlbenchError[] = [];
  for (const command of named ? [named] : containerEngineNames) {
    const found = await tryContainerEngine(command, around);
    if (found === 'missing') continue;
    if ('command' in found) return found;
    problems.push(found.problem);
  }
  throw problems[0] ?? missing(named);
}

async function tryContainerEngine(
  command: string,
  around: ContainerEngineSurroundings,
): Promise<ContainerEngine | 'missing' | { problem: MlbenchError }> {
  let version: ContainerEngineExit;
  try {
    version = await runContainerEngine(command, ['--version'], { timeoutMs: probeTimeoutMs }, around);
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return 'missing';
    throw error;
  }
  const dialect = dialectOf(command, version.stdout);
  // Of all three, `info` alone asks the container engine itself, and fails where a daemon or a virtual machine is not
  // up.
  const info = await runContainerEngine(command, ['info'], { timeoutMs: probeTimeoutMs }, around);
  if (info.code === 0) return { command, dialect };
  return { problem: refusal(command, dialect, info) };
}

/** Cold virtual machines take seconds to answer. */
const probeTimeoutMs = 20_000;

/** By what it says of itself: on Fedora, `docker` is podman. */
function dialectOf(command: string, version: string): Dialect {
  if (/podman/i.test(version)) return 'podman';
  if (/finch|nerdctl/i.test(version)) return 'finch';
  if (/docker/i.test(version)) return 'docker';
  return containerEngineNames.find((name) => basename(command).startsWith(name)) ?? 'docker';
}

function missing(named: string | undefined): MlbenchError {
  const instead = 'or bring an image that is built already with --image URI';
  return named
    ? userError(
        'no-container-engine',
        `${containerEngineVariable}=${named}: there is no such program`,
        `name docker, podman, finch or the path of one, ${instead}`,
      )
    : userError(
        'no-container-engine',
        'the serving image needs a container engine, and none of docker, podman and finch is installed',
        `install one, ${instead}`,
      );
}

function refusal(command: string, dialect: Dialect, info: ContainerEngineExit): MlbenchError {
  const said = info.lastLines.filter((line) => /error|cannot|denied|not running|stopped/i.test(line)).at(-1);
  const words = said ?? info.lastLines.at(-1) ?? `exit code ${info.code}`;
  if (/permission denied/i.test(words)) {
    return userError(
      'container-engine-forbidden',
      `${command} is installed, but you may not use it: ${words}`,
      'sudo usermod -aG docker $USER and log in again, or use a container engine without root, such as podman',
    );
  }
  return userError(
    'container-engine-stopped',
    `${command} is installed, but does not run: ${words}`,
    startRemedy[dialect],
  );
}

const startRemedy: Record<Dialect, string> = {
  docker: 'start it: sudo systemctl start docker, or Docker Desktop',
  podman: 'start it: podman machine start (on Linux, see podman info)',
  finch: 'start it: finch vm start',
};
