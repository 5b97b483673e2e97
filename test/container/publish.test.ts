import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { servingImageSource } from '../../src/experiment/targets/aws/image-source.ts';
import { loginArguments, loginEnvironment } from '../../src/image/container-engine-arguments.ts';
import { runContainerEngine } from '../../src/image/run-container-engine.ts';
import type { Scope } from '../../src/resources/engine/resource.ts';
import { ecrRepositoryKind } from '../../src/resources/kinds/ecr-repository.ts';
import { imageKind } from '../../src/resources/kinds/image.ts';
import { type FakeEcr, startFakeEcr } from '../resources/fake-ecr.ts';
import { docker, makeBaseImage, pinged, unpackSampleModel } from './engine.ts';
import { type Registry, startRegistry } from './registry.ts';

const base = `mlbench-base-publish:${process.pid}`;
let folder: string;
let stateDir: string;
let registry: Registry;
let ecr: FakeEcr;
let abort: AbortController;
let doings: string[];
let onDoing: (doing: string) => void;
let scope: Scope;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-publish-'));
  stateDir = join(folder, 'state');
  registry = await startRegistry();
  await makeBaseImage(base, folder);
}, 180_000);

afterAll(async () => {
  await registry?.stop();
  await docker('rmi', '--force', base).catch(() => '');
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  ecr = await startFakeEcr(registry, registry.password);
  abort = new AbortController();
  doings = [];
  onDoing = () => {};
  scope = {
    clients: ecr.clients,
    clock: systemClock,
    signal: abort.signal,
    experiment: 'mlbench',
    waiting(doing) {
      doings.push(doing);
      onDoing(doing);
    },
  };
});
afterEach(() => ecr.close());

/** @param name another for each test: the registry keeps what was pushed */
async function declareImage(name: string, environment: NodeJS.ProcessEnv = {}) {
  const repository = await ecrRepositoryKind.ensure({ name }, scope, undefined);
  const settings = { baseImage: base, instanceType: 'ml.m5.large' };
  const around = { stateDir, environment: { ...process.env, HOME: folder, ...environment } };
  return { repository: repository.state, source: servingImageSource(settings, around) };
}

const nothingLeft = async (reference: string) => {
  expect(readdirSync(join(stateDir, 'scratch'))).toEqual([]);
  expect(existsSync(join(folder, '.docker'))).toBe(false);
  expect(await docker('images', '--quiet', reference)).toBe('');
};

describe('an image in a registry', () => {
  it('is pushed as SageMaker takes it, named by its digest, and built once', async () => {
    const spec = await declareImage('once');
    const { outcome, state } = await imageKind.ensure(spec, scope, undefined);
    expect(outcome).toBe('created');
    expect(new Set(doings)).toEqual(new Set(['building with docker', `pushing to ${registry.server}`]));
    const tag = spec.source.contentHash;
    await nothingLeft(`${spec.repository.uri}:${tag}`);

    const manifest = await registry.manifest('once', tag);
    expect(manifest.headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.v2+json');
    expect(state.uri).toBe(`${registry.server}/once@${manifest.headers.get('docker-content-digest')}`);
    expect(await imageKind.describe(imageKind.identify(spec), scope)).toEqual({ state });

    // No engine can be found this time, and none is needed.
    const again = await declareImage('once', { PATH: folder });
    expect(await imageKind.ensure(again, scope, undefined)).toEqual({ outcome: 'unchanged', state });

    expect(await imageKind.remove(imageKind.identify(spec), scope)).toBe('removed');
    expect(await imageKind.describe(imageKind.identify(spec), scope)).toBeUndefined();
  });

  it('runs as IMAGE serve, pulled by its digest', async () => {
    const { state } = await imageKind.ensure(await declareImage('run'), scope, undefined);
    const model = join(folder, 'model');
    await unpackSampleModel(model);
    await pull(state.uri);
    const container = await docker(
      'run',
      '--detach',
      '--publish',
      '127.0.0.1::8080',
      '--volume',
      `${model}:/opt/ml/model:ro`,
      state.uri,
      'serve',
    );
    try {
      const url = `http://${(await docker('port', container, '8080')).split('\n')[0]}`;
      await pinged(url);
      const response = await fetch(`${url}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: readFileSync(join(packageRoot, 'model', 'sample-request.json')),
      });
      expect(await response.json()).toMatchObject({ predictions: [{ label: 'Adelie' }] });
      expect(await docker('inspect', '--format', '{{.Os}}/{{.Architecture}}', state.uri)).toBe('linux/amd64');
    } finally {
      await docker('rm', '--force', container);
      await docker('rmi', '--force', state.uri);
    }
  });

  it.each(['building', 'pushing'])('can be interrupted while %s, and made by the next try', async (doing) => {
    const spec = await declareImage(doing);
    const interruption = new Error('interrupted');
    onDoing = (now) => {
      if (now.startsWith(doing)) abort.abort(interruption);
    };
    await expect(imageKind.ensure(spec, scope, undefined)).rejects.toBe(interruption);
    await nothingLeft(`${spec.repository.uri}:${spec.source.contentHash}`);
    expect(await registry.find(doing, spec.source.contentHash)).toBeUndefined();

    const next = { ...scope, signal: new AbortController().signal };
    expect((await imageKind.ensure(spec, next, undefined)).outcome).toBe('created');
  });

  it('is not built where the registry refuses the login, whose password nobody sees', async () => {
    const wrong = await startFakeEcr(registry, 'another-password');
    scope = { ...scope, clients: wrong.clients };
    const error = await imageKind.ensure(await declareImage('refused'), scope, undefined).catch(String);
    await wrong.close();
    expect(error).toMatch(/docker login 127\.0\.0\.1:\d+ failed .*(?:401|invalid username)/i);
    expect(error).not.toContain('another-password');
    expect(doings).toEqual([]);
  });

  it('is not built where its base image is not to be had', async () => {
    const { repository } = await declareImage('baseless');
    const source = servingImageSource(
      { baseImage: `${registry.server}/no-such-base:1`, instanceType: 'ml.m5.large' },
      { stateDir, environment: process.env },
    );
    await expect(imageKind.ensure({ repository, source }, scope, undefined)).rejects.toMatchObject({
      code: 'base-image',
      exitCode: 3,
      message: expect.stringContaining('no-such-base:1'),
    });
  });
});

async function pull(reference: string): Promise<void> {
  const login = mkdtempSync(join(folder, 'pull-'));
  const environment = loginEnvironment(login);
  const run = { timeoutMs: 60_000, environment };
  const around = { clock: systemClock, signal: abort.signal, environment: process.env };
  const loggedIn = await runContainerEngine(
    'docker',
    loginArguments('AWS', registry.server),
    { ...run, input: registry.password },
    around,
  );
  expect(loggedIn.code).toBe(0);
  expect(await runContainerEngine('docker', ['pull', reference], run, around)).toMatchObject({ code: 0 });
}
