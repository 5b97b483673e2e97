import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { builtProgram, packageRoot } from '../../src/core/package-paths.ts';
import { listContext, writeContext } from '../../src/image/build-context.ts';
import { type ServingProcess, startServing } from '../docker/serving-process.ts';
import { installPackage } from './installed-package.ts';
import { difference, makeModels, type SuiteModel } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-suite-'));
const models = makeModels(folder);
const installed = installPackage();
afterAll(async () => {
  await installed.mlbench('down', '--yes');
  rmSync(folder, { recursive: true, force: true });
  rmSync(installed.folder, { recursive: true, force: true });
});

const named = (name: string) => models.find((model) => model.name === name)!;
const predictions = async (answer: Response) =>
  ((await answer.json()) as { predictions: unknown[] }).predictions;

async function post(serving: ServingProcess, body: string, type: string): Promise<Response> {
  const headers = { 'content-type': type, accept: 'application/json' };
  const answer = await fetch(`${serving.url}/invocations`, { method: 'POST', body, headers });
  expect(answer.status, answer.ok ? '' : await answer.clone().text()).toBe(200);
  return answer;
}

/** Of each model, for the comparison between builds. */
const answered = new Map<string, unknown[][]>();

async function answersAsItsFramework(model: SuiteModel, serving: ServingProcess): Promise<void> {
  const { name, instances, answers, tolerance, csv } = model;
  const fromJson = await predictions(await post(serving, JSON.stringify({ instances }), 'application/json'));
  expect(difference(fromJson, answers, tolerance)).toBeUndefined();
  if (csv !== undefined) {
    const fromCsv = await predictions(await post(serving, csv, 'text/csv'));
    expect(difference(fromCsv, answers, tolerance)).toBeUndefined();
  }
  answered.set(name, [...(answered.get(name) ?? []), fromJson]);
}

test('the suite has the models of four makers, and more', () => {
  const of = (maker: string) => models.filter(({ name }) => name.startsWith(`${maker}-`)).length;
  expect(models.length).toBeGreaterThanOrEqual(50);
  expect([of('sklearn') >= 25, of('lightgbm'), of('xgboost'), of('torch') >= 8]).toEqual([true, 3, 3, true]);
});

describe.each([
  ['the native build, as a clone and its image have it', 'native', builtProgram('serving/serve'), /-node /],
  ['the WASM build, as an installed package has it', 'auto', installed.serve, /-web .*\(wasm\)/],
])('%s', (_, backend, program, build) => {
  test.concurrent.each(models.map((model) => [model.name, model] as const))(
    'answers %s as its framework does',
    async (name, model) => {
      const serving = await startServing(join(folder, name), { MLBENCH_BACKEND: backend }, program);
      try {
        expect((await serving.event('model-loaded'))['backend']).toMatch(build);
        await answersAsItsFramework(model, serving);
      } finally {
        await serving.stop();
      }
    },
  );
});

test('both builds answer alike', () => {
  expect([...answered].filter(([, all]) => all.length !== 2).map(([name]) => name)).toEqual([]);
  const differences = [...answered].flatMap(([name, [one, other]]) => {
    const found = difference(one, other, 1e-5);
    return found === undefined ? [] : [`${name}: ${found}`];
  });
  expect(differences).toEqual([]);
});

describe('a stranger with the tarball', () => {
  test.each([
    'sklearn-random-forest',
    'lightgbm-binary',
    'xgboost-multiclass',
    'torch-weights-beside',
    'hand-half',
  ])('deploys %s and invokes it', async (name) => {
    const { file, instances, answers, tolerance } = named(name);
    const up = await installed.mlbench('up', '--model', join(folder, name, file));
    expect(up.status, up.stderr).toBe(0);
    const invoke = await installed.mlbench('invoke', '--body', JSON.stringify({ instances }));
    expect(invoke.status, invoke.stderr).toBe(0);
    const answer = JSON.parse(invoke.stdout) as { predictions: unknown[] };
    expect(difference(answer.predictions, answers, tolerance)).toBeUndefined();
  });
});

test('the image of an installed package serves a default export, run as the image runs it', async () => {
  const context = join(folder, 'context');
  writeContext(context, listContext(['linux/amd64'], installed.root));
  // The Dockerfile copies both folders into one.
  const image = join(folder, 'image');
  mkdirSync(image);
  cpSync(join(context, 'program'), image, { recursive: true });
  cpSync(join(context, 'platform', 'amd64'), image, { recursive: true });
  const serving = await startServing(
    join(folder, 'sklearn-logistic-regression'),
    {},
    join(image, 'serve.js'),
  );
  try {
    expect((await serving.event('model-loaded'))['backend']).toMatch(/-web .*\(wasm\)/);
    const { instances, answers, tolerance } = named('sklearn-logistic-regression');
    const answer = await post(serving, JSON.stringify({ instances }), 'application/json');
    expect(difference(await predictions(answer), answers, tolerance)).toBeUndefined();
  } finally {
    await serving.stop();
  }
  expect(image.startsWith(packageRoot)).toBe(false);
});
