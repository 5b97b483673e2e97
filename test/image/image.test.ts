import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assembleImageContext } from '../../scripts/image-context.ts';
import { sleep, systemClock } from '../../src/core/clock.ts';
import { unpackModel } from '../../src/core/model-tar.ts';
import { packageRoot } from '../../src/core/package-paths.ts';

// Needs a container engine that the `docker` command reaches. No base image is pulled: it is made of the Node binary
// that runs this test and the libraries it is linked with.
const image = `mlbench-serving-test:${process.pid}`;
const base = `mlbench-base-test:${process.pid}`;
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-image-'));
  const context = join(folder, 'context');
  await assembleImageContext(context, ['linux/amd64']);
  makeBaseImage(context);
  await docker('build', '--build-arg', `BASE_IMAGE=${base}`, '--tag', image, context);
  await unpackModel(readFileSync(join(packageRoot, 'model', 'model.tar.gz')), join(folder, 'model'));
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

async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args)).stdout.trim();
}

async function pinged(url: string): Promise<void> {
  const untilMs = systemClock.monotonicMs() + 20_000;
  for (;;) {
    const status = await fetch(`${url}/ping`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (systemClock.monotonicMs() > untilMs) throw new Error(`/ping answered ${status} for 20 s`);
    await sleep(systemClock, 50);
  }
}

function makeBaseImage(context: string): void {
  const files = join(folder, 'base');
  const binary = realpathSync(process.execPath);
  const native = join(context, 'platform/amd64/node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
  mkdirSync(join(files, 'usr', 'local', 'bin'), { recursive: true });
  cpSync(binary, join(files, 'usr', 'local', 'bin', 'node'));
  for (const linked of [binary, join(native, 'onnxruntime_binding.node')]) {
    const listed = execFileSync('ldd', [linked], { encoding: 'utf8' });
    for (const [path] of listed.matchAll(/\/lib\S*\/\S+/g)) {
      if (path.includes('onnxruntime')) continue;
      mkdirSync(join(files, dirname(path)), { recursive: true });
      cpSync(realpathSync(path), join(files, path));
    }
  }
  writeFileSync(
    join(folder, 'base.tar'),
    execFileSync('tar', ['-C', files, '-c', '.'], { maxBuffer: 2 ** 30 }),
  );
  execFileSync('docker', ['import', '--change', 'ENV PATH=/usr/local/bin', join(folder, 'base.tar'), base]);
}
