import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, makeBaseImage, servingImages } from '../container/engine.ts';
import { Workplace } from '../e2e/command-line.ts';
import { tinyModelArchive } from '../localcloud/support/tiny-model.ts';
import { eventually } from '../support/eventually.ts';
import type { StrangerTask } from './task.ts';

/** Needs root, which alone can start a process of another user's, and a container engine that `docker` reaches. */
const stranger = { uid: 65_534, gid: 65_534 };
/** The other user's: everything in it is for everybody. */
let place: string;

beforeAll(async () => {
  if (process.getuid?.() !== 0)
    throw new Error('this suite needs root: it starts a process of a second user');
  place = mkdtempSync(join(tmpdir(), 'mlbench-stranger-'));
  await build({
    entryPoints: [fileURLToPath(new URL('stranger.ts', import.meta.url))],
    outfile: join(place, 'stranger.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // Some of what is bundled is CommonJS and requires Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  copyFileSync(process.execPath, join(place, 'node'));
  writeFileSync(join(place, 'model.tar.gz'), tinyModelArchive(), { mode: 0o644 });
  mkdirSync(join(place, 'shared'));
  for (const [name, mode] of [
    ['.', 0o755],
    ['shared', 0o777],
    ['node', 0o755],
    ['stranger.mjs', 0o644],
  ] as const)
    chmodSync(join(place, name), mode);
}, 120_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

async function asStranger(task: StrangerTask): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    join(place, 'node'),
    [join(place, 'stranger.mjs'), JSON.stringify(task)],
    {
      ...stranger,
      cwd: place,
      env: { HOME: place },
    },
  );
  return JSON.parse(stdout);
}

interface Started {
  url: string;
  pid: number;
  environment: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
}

async function startStandIn(workplace: Workplace, ...options: string[]): Promise<Started> {
  const started = await workplace.mlbench('local', 'start', '--json', ...options);
  if (started.exitCode !== 0) throw new Error(started.stderr);
  return JSON.parse(started.stdout);
}

describe('a second user of the machine', () => {
  let workplace: Workplace;
  let standIn: Started;

  beforeAll(async () => {
    workplace = new Workplace();
    standIn = await startStandIn(workplace);
    // As open as a careless user could make it: the file's own mode must do.
    chmodSync(workplace.folder, 0o755);
    chmodSync(workplace.path('.mlbench'), 0o755);
    chmodSync(workplace.path('.mlbench', 'local'), 0o755);
  });
  afterAll(async () => {
    await workplace.mlbench('local', 'stop');
    await workplace.dispose();
  });

  it('cannot read the secret, in a file or of a process', async () => {
    const secret = standIn.environment.AWS_SECRET_ACCESS_KEY;
    const file = workplace.path('.mlbench', 'local', 'credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [inFile, ...ofProcess] = (await asStranger({
      does: 'read',
      url: standIn.url,
      paths: [file, `/proc/${standIn.pid}/environ`, `/proc/${standIn.pid}/cmdline`],
    })) as string[];
    expect([inFile, ofProcess[0]]).toEqual(['EACCES', 'EACCES']);
    expect(ofProcess[1]).toContain('localcloud.js');
    expect(ofProcess.join()).not.toContain(secret);
    const health = await (await fetch(`${standIn.url}/_mlbench/health`)).text();
    expect(health).not.toContain(secret);
    const holders = execFileSync('grep', ['-rl', secret, workplace.path('.mlbench')], { encoding: 'utf8' });
    expect(holders.trim()).toBe(file);
  });

  it('can do everything else, but run code by a model’s variables', async () => {
    const marker = join(place, 'shared', 'marker');
    const script = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, '')`;
    const hostile = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
    execFileSync(process.execPath, ['-e', '0'], { env: hostile });
    expect(existsSync(marker)).toBe(true);
    rmSync(marker);

    const environment = { ...hostile, LD_PRELOAD: '/nowhere.so', PATH: place, SAGEMAKER_PROGRAM: 'x' };
    const paths = [join(place, 'model.tar.gz')];
    expect(await asStranger({ does: 'serve', url: standIn.url, environment, paths })).toEqual({
      status: 'InService',
      answer: '{"predictions":[[1,2]]}',
      said: expect.arrayContaining([
        expect.stringMatching(/"environment-left-out".*NODE_OPTIONS, LD_PRELOAD, PATH/),
      ]),
      environment,
    });
    expect(existsSync(marker)).toBe(false);
  });

  it('is refused with the key of the user and a secret that is guessed', async () => {
    const accessKeyId = standIn.environment.AWS_ACCESS_KEY_ID;
    const credentials = { accessKeyId, secretAccessKey: 'guessed' };
    expect(await asStranger({ does: 'createModel', url: standIn.url, credentials })).toMatchObject({
      name: 'InvalidSignatureException',
    });
  });
});

describe('a second user, where instances are containers', () => {
  const base = `mlbench-base-stranger:${process.pid}`;
  let workplace: Workplace;
  let before: string[];

  beforeAll(async () => {
    workplace = new Workplace();
    before = await servingImages();
    await makeBaseImage(base, workplace.folder);
  }, 180_000);
  afterAll(async () => {
    await workplace.mlbench('local', 'stop');
    await workplace.dispose();
    await docker('rmi', '--force', ...(await servingImages()).filter((name) => !before.includes(name)), base);
  });

  it('neither brings an image of code, nor starts one that the user has brought', async () => {
    const standIn = await startStandIn(workplace, '--local-runtime', 'docker', '--base-image', base);
    const refusal = {
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /the container image mlbench-base-stranger:\d+ carries code.*mlbench local start/,
      ),
    };
    const { url } = standIn;
    expect(await asStranger({ does: 'createModel', url, image: base })).toMatchObject(refusal);

    const sagemaker = new SageMakerClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: {
        accessKeyId: standIn.environment.AWS_ACCESS_KEY_ID,
        secretAccessKey: standIn.environment.AWS_SECRET_ACCESS_KEY,
      },
    });
    await sagemaker.send(
      new CreateModelCommand({
        ModelName: 'ours',
        ExecutionRoleArn: 'arn:aws:iam::000000000000:role/any',
        PrimaryContainer: { Image: base },
      }),
    );
    expect(await asStranger({ does: 'createEndpoint', url, model: 'ours' })).toMatchObject(refusal);
    const label = 'label=mlbench.instance';
    expect(await docker('ps', '--all', '--quiet', '--filter', label)).toBe('');

    await sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'by-us',
        ProductionVariants: [
          { VariantName: 'v', ModelName: 'ours', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
        ],
      }),
    );
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'by-us', EndpointConfigName: 'by-us' }));
    // The image has no `serve`: that a container was made of it is all that is to be seen.
    await eventually('a container of the image is made', async () => {
      const until = String(Math.floor(Date.now() / 1_000));
      const window = ['--since', '10m', '--until', until];
      const made = await docker('events', ...window, '--filter', 'event=create', '--filter', label);
      return made.includes(`image=${base}`);
    });
    sagemaker.destroy();
  });
});
