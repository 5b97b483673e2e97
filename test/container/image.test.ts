import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assembleImageContext } from '../../scripts/image-context.ts';
import { systemClock } from '../../src/core/clock.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { docker, makeBaseImage, pinged, unpackSampleModel } from './engine.ts';

const image = `mlbench-serving-test:${process.pid}`;
const base = `mlbench-base-test:${process.pid}`;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-image-'));
  const context = join(folder, 'context');
  await assembleImageContext(context, ['linux/amd64']);
  await makeBaseImage(base, folder);
  await docker('build', '--build-arg', `BASE_IMAGE=${base}`, '--tag', image, context);
  await unpackSampleModel(join(folder, 'model'));
}, 180_000);
afterAll(async () => {
  await docker('rmi', '--force', image, base).catch(() => '');
  rmSync(folder, { recursive: true, force: true });
});

test('IMAGE serve, as nobody and on a read-only disk, pings, answers, and stops at once with 0', async () => {
  const container = await docker(
    'run',
    '--detach',
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--memory',
    '512m',
    '--publish',
    '127.0.0.1::8080',
    '--volume',
    `${join(folder, 'model')}:/opt/ml/model:ro`,
    image,
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
    const log = await docker('logs', container);
    expect(log).toContain('"backend":"onnxruntime-node');
    expect(await docker('exec', container, 'node', '-p', 'process.getuid()')).toBe('10001');

    const startedMs = systemClock.monotonicMs();
    await docker('stop', container);
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(5_000);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', container)).toBe('0');
  } finally {
    await docker('rm', '--force', container);
  }
});

test('what it adds to its base is less than 50 MB', async () => {
  const sizeOf = async (name: string) => Number(await docker('inspect', '--format', '{{.Size}}', name));
  expect((await sizeOf(image)) - (await sizeOf(base))).toBeLessThan(50_000_000);
});
