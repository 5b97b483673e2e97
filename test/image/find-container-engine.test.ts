import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findContainerEngine } from '../../src/image/find-container-engine.ts';
import { docker, type FakeEngines, fakeEngines, finch, podman } from './fake-container-engines.ts';

let engines: FakeEngines;
beforeEach(() => {
  engines = fakeEngines();
});
afterEach(() => engines.remove());

const stopped = (version: string, words: string) =>
  `case "$1" in --version) echo "${version}"; exit 0;; esac; echo "${words}" >&2; exit 1`;
const stoppedDocker = stopped(
  'Docker version 28.2.2',
  'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
);

describe('the container engine that is used', () => {
  it('is docker before podman before finch', async () => {
    engines.install('finch', finch);
    expect(await findContainerEngine(engines.around)).toEqual({ command: 'finch', dialect: 'finch' });
    engines.install('podman', podman);
    expect(await findContainerEngine(engines.around)).toEqual({ command: 'podman', dialect: 'podman' });
    engines.install('docker', docker);
    expect(await findContainerEngine(engines.around)).toEqual({ command: 'docker', dialect: 'docker' });
  });

  it('is one that runs, though an earlier one is installed', async () => {
    engines.install('docker', stoppedDocker);
    engines.install('podman', podman);
    expect(await findContainerEngine(engines.around)).toMatchObject({ command: 'podman' });
  });

  it('is spoken to as what it says it is: docker may be podman', async () => {
    engines.install('docker', podman);
    expect(await findContainerEngine(engines.around)).toEqual({ command: 'docker', dialect: 'podman' });
  });

  it.each([
    ['a name', 'podman', 'podman'],
    ['a path', undefined, 'docker'],
  ])('is the one that MLBENCH_CONTAINER_ENGINE names by %s', async (_, name, dialect) => {
    engines.install('podman', podman);
    const command = name ?? engines.install('docker', docker);
    engines.around.environment['MLBENCH_CONTAINER_ENGINE'] = command;
    expect(await findContainerEngine(engines.around)).toEqual({ command, dialect });
  });
});

describe('without a container engine', () => {
  it('says that none is installed, and what else would do', async () => {
    await expect(findContainerEngine(engines.around)).rejects.toMatchObject({
      code: 'no-container-engine',
      exitCode: 2,
      message: expect.stringContaining('none of docker, podman and finch is installed'),
      remedy: expect.stringContaining('--image URI'),
    });
  });

  it('says that the one named is not there, though another is', async () => {
    engines.install('docker', docker);
    engines.around.environment['MLBENCH_CONTAINER_ENGINE'] = 'podman';
    await expect(findContainerEngine(engines.around)).rejects.toMatchObject({
      code: 'no-container-engine',
      message: 'MLBENCH_CONTAINER_ENGINE=podman: there is no such program',
    });
  });

  it.each([
    ['docker', stoppedDocker, /Cannot connect to the Docker daemon/, /systemctl start docker/],
    [
      'podman',
      stopped('podman version 5', 'Error: unable to connect to Podman socket'),
      /unable to connect/,
      /podman machine start/,
    ],
    [
      'finch',
      stopped('finch version v1', 'instance \\"finch\\" is stopped'),
      /"finch" is stopped/,
      /finch vm start/,
    ],
  ])('tells a stopped %s from a missing one', async (name, script, message, remedy) => {
    engines.install(name, script);
    await expect(findContainerEngine(engines.around)).rejects.toMatchObject({
      code: 'container-engine-stopped',
      exitCode: 2,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('tells a forbidden socket from a stopped container engine', async () => {
    const words = 'ERROR: permission denied while trying to connect to the Docker daemon socket';
    engines.install('docker', stopped('Docker version 28', words));
    await expect(findContainerEngine(engines.around)).rejects.toMatchObject({
      code: 'container-engine-forbidden',
      remedy: expect.stringContaining('usermod -aG docker'),
    });
  });
});
