import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { down } from '../../src/commands/down.ts';
import { invoke } from '../../src/commands/invoke.ts';
import { localStart } from '../../src/commands/local-start.ts';
import { localStop } from '../../src/commands/local-stop.ts';
import { up } from '../../src/commands/up.ts';
import { systemClock } from '../../src/core/clock.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import type { UpOptions } from '../../src/experiment/settings/up-options.ts';
import { containerUsage } from '../../src/localcloud/instances/usage.ts';
import { findStandIn } from '../../src/localcloud/process.ts';
import { createClients } from '../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../src/resources/sdk/cloud-address.ts';
import { makeStateFolder, processesOf, type StateFolder } from '../commands/state-folder.ts';
import { eventually } from '../support/eventually.ts';
import { docker, makeBaseImage, servingImages } from './engine.ts';

const base = `mlbench-base-runtime:${process.pid}`;
let baseFolder: string;
/** Somebody's own, on the engine that runs here. */
let before: string[];
let folder: StateFolder;

beforeAll(async () => {
  baseFolder = mkdtempSync(join(tmpdir(), 'mlbench-runtime-'));
  await makeBaseImage(base, baseFolder);
  before = await servingImages();
}, 180_000);

afterAll(async () => {
  await docker('rmi', '--force', ...(await servingImages()).filter((name) => !before.includes(name)), base);
  rmSync(baseFolder, { recursive: true, force: true });
});

beforeEach(() => {
  folder = makeStateFolder();
});
afterEach(() => folder.dispose());

const inContainers = (over: UpOptions = {}) =>
  up(
    {
      baseImage: base,
      instanceType: 'ml.c5.xlarge',
      ...over,
      standIn: { runtime: 'docker', ...over.standIn },
    },
    folder.context(),
  );

/** Ids of this state folder's containers, in whatever state. */
const containers = async () => {
  const listed = await docker(
    'ps',
    '--all',
    '--quiet',
    '--no-trunc',
    '--filter',
    `label=mlbench.owner=${ownerOf()}`,
  );
  return listed.split('\n').filter((id) => id !== '');
};
const ownerOf = () =>
  `${spawnSync('hostname', { encoding: 'utf8' }).stdout.trim()}:${join(folder.path, 'local')}`;

async function noContainers(): Promise<void> {
  await eventually('no container is left', async () => (await containers()).length === 0);
}

const lifelines = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes('container-lifeline'))
    .map(Number);

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('with --local-runtime docker', () => {
  it('an instance is a container of the serving image, as large as its type or as this machine allows', async () => {
    expect(await inContainers()).toMatchObject({ exitCode: 0, instances: 1 });
    const direct = await invoke({}, folder.context());
    expect(direct).toMatchObject({ exitCode: 0, status: 200 });
    expect(JSON.parse(direct.body).predictions[0].label).toBe('Adelie');

    const [id = '', ...others] = await containers();
    expect(others).toEqual([]);
    const [inspected] = JSON.parse(await docker('inspect', id));
    const cpus = Number(await docker('info', '--format', '{{.NCPU}}'));
    expect(inspected.HostConfig).toMatchObject({
      NanoCpus: Math.min(4, cpus) * 1e9,
      Memory: 8 * 2 ** 30,
      PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1' }] },
    });
    expect(inspected.Config).toMatchObject({
      Image: expect.stringMatching(/^mlbench-serving:[0-9a-f]{12}$/),
      Cmd: ['serve'],
    });
    expect(inspected.Mounts).toEqual([expect.objectContaining({ Destination: '/opt/ml/model', RW: false })]);
    const log = readFileSync(join(folder.path, 'local/instances/logs/mlbench-1.log'), 'utf8');
    expect(log).toContain('"backend":"onnxruntime-node');

    await metricsOf('MemoryUtilization', 'CPUUtilization');
    const usage = containerUsage(inspected.State.Pid, id);
    expect(usage?.cpuMs).toBeGreaterThan(50);
    expect(usage?.memoryBytes).toBeGreaterThan(20e6);
    expect(usage?.memoryBytes).toBeLessThan(500e6);
    expect(containerUsage(process.pid, id)).toBeUndefined();

    // Nothing to build, and nothing to change.
    const { resources } = await inContainers();
    expect(new Set(resources.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));

    const lifelinesBefore = lifelines();
    expect(await down(folder.context())).toMatchObject({ exitCode: 0, left: [] });
    expect(await containers()).toEqual([]);
    expect(lifelines().filter((pid) => lifelinesBefore.includes(pid))).toEqual([]);
  });

  it('a container that ends by itself is started again', async () => {
    await inContainers();
    const [first = ''] = await containers();
    await docker('kill', first);
    await eventually('it is started again', async () => {
      const [now] = await containers();
      return now !== undefined && now !== first && (await invoke({}, folder.context())).status === 200;
    });
    await down(folder.context());
    expect(await containers()).toEqual([]);
  });

  it('containers end when the stand-in is killed, and nobody else’s do', async () => {
    await inContainers();
    const stranger = await docker(
      'run',
      '--detach',
      '--label',
      'mlbench.owner=somebody-else',
      base,
      'node',
      '-e',
      'setInterval(() => {}, 1e3)',
    );
    try {
      const standIn = await findStandIn(folder.path);
      process.kill(standIn?.pid ?? 0, 'SIGKILL');
      await noContainers();
      expect(await docker('inspect', '--format', '{{.State.Running}}', stranger)).toBe('true');
    } finally {
      await docker('rm', '--force', stranger);
    }
  });

  it('the next start removes what was left where the lifeline was killed, too', async () => {
    const lifelinesBefore = lifelines();
    await inContainers();
    const [left] = await containers();
    const standIn = await findStandIn(folder.path);
    for (const pid of lifelines().filter((one) => !lifelinesBefore.includes(one)))
      process.kill(pid, 'SIGKILL');
    process.kill(standIn?.pid ?? 0, 'SIGKILL');
    expect(await containers()).toEqual([left]);

    await localStart({ standIn: { runtime: 'docker' }, baseImage: base }, folder.context());
    expect(await containers()).toEqual([]);
    await localStop(folder.context());
  });

  it('an image of one’s own runs where the engine has it', async () => {
    const own = `mlbench-own:${process.pid}`;
    await inContainers();
    const serving = await docker('inspect', '--format', '{{.Config.Image}}', (await containers())[0] ?? '');
    await docker('tag', serving, own);
    try {
      await inContainers({ image: own });
      const images = await Promise.all(
        (await containers()).map((id) => docker('inspect', '--format', '{{.Config.Image}}', id)),
      );
      expect(images).toContain(own);
      expect((await invoke({}, folder.context())).status).toBe(200);
    } finally {
      await down(folder.context());
      await docker('rmi', own);
    }
  });

  it('nothing is made without an engine', () => {
    const mlbench = (...args: string[]) =>
      spawnSync(
        process.execPath,
        [join(packageRoot, 'bin/mlbench.js'), ...args, '--state-dir', folder.path],
        {
          encoding: 'utf8',
          env: { ...process.env, NO_COLOR: '1', MLBENCH_CONTAINER_ENGINE: 'no-such-engine' },
        },
      );
    for (const verb of [['up'], ['local', 'start']]) {
      const { status, stderr } = mlbench(...verb, '--local-runtime', 'docker');
      expect(stderr).toContain('MLBENCH_CONTAINER_ENGINE=no-such-engine: there is no such program');
      expect(status).toBe(2);
    }
    expect(existsSync(join(folder.path, 'ledger.json'))).toBe(false);
    expect(processesOf(folder.path)).toEqual([]);
  });
});

async function metricsOf(...names: string[]): Promise<void> {
  const standIn = await findStandIn(folder.path);
  const clients = createClients({
    clock: systemClock,
    signal: new AbortController().signal,
    cloud: standInAddress({ url: standIn?.url ?? '', region: 'us-east-1', timeScale: 20 }),
  });
  const cloudwatch = await clients.cloudwatch();
  let known: (string | undefined)[] = [];
  await eventually(
    () => `${names.join(', ')} are metered, not only ${known.join(', ')}`,
    async () => {
      const { Metrics } = await cloudwatch.send(
        new ListMetricsCommand({ Namespace: '/aws/sagemaker/Endpoints' }),
      );
      known = Metrics?.map(({ MetricName }) => MetricName) ?? [];
      return names.every((name) => known.includes(name));
    },
  );
  clients.close();
}
