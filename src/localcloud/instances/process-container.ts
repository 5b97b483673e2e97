import type { ChildProcess } from 'node:child_process';
import { spawnWithLifeline } from '../../core/background/with-lifeline.ts';
import { builtProgram } from '../../core/package-paths.ts';
import { childEnvironment } from '../../core/processes/child-environment.ts';
import { carriedCode } from '../access/carried-code.ts';
import type { ContainerRuntime, ContainerSettings, RunningContainer } from './container.ts';
import { processUsage } from './usage.ts';

/** Runs the serving program as a process of this machine, whatever the image is called. */
export const processRuntime: ContainerRuntime = {
  isolates: false,
  carriedCode: (image) => carriedCode(image, null),
  start: startProcess,
  close: async () => {},
};

function startProcess(settings: ContainerSettings): RunningContainer {
  const child = spawnWithLifeline(
    [builtProgram('serving/serve'), 'serve'],
    {},
    { cwd: settings.temporaryFolder, env: containerEnvironment(settings) },
  );
  const port = listeningPort(child);
  // Whoever does not wait for the port learns of the end through `exited`.
  port.catch(() => {});
  child.stdout.on('data', (chunk: Buffer) => settings.log.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => settings.log.write(chunk));
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  return {
    port,
    exited,
    kill: (signal) => {
      child.kill(signal);
    },
    readUsage: () => processUsage(child.pid),
  };
}

/**
 * As in a SageMaker container: the model's own variables and little else. Nothing of the stand-in's, credentials least
 * of all.
 */
function containerEnvironment(settings: ContainerSettings): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(),
    HOME: settings.temporaryFolder,
    TMPDIR: settings.temporaryFolder,
    ...settings.environment,
    SM_MODEL_DIR: settings.modelFolder,
    // The system chooses; the program's first line tells. A port chosen here could be another's by then.
    SAGEMAKER_BIND_TO_PORT: '0',
    MLBENCH_BIND_HOST: '127.0.0.1',
    MLBENCH_LOOPBACK_ONLY: '1',
  };
}

/** From the log line `{"event":"listening","port":…}`. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const onData = (chunk: Buffer) => {
      seen += chunk.toString('utf8');
      const port = /"event":"listening"[^\n]*"port":(\d+)/.exec(seen)?.[1];
      if (port === undefined && seen.length < 65_536) return;
      child.stdout?.off('data', onData);
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', onData);
    child.once('exit', () => reject(new Error('the container ended before it listened')));
    child.once('error', reject);
  });
}
