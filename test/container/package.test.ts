import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';
import { docker, makeBaseImage, servingImages } from './engine.ts';

const base = `mlbench-base-package:${process.pid}`;
let folder: string;
let project: string;
/** Somebody's own, on the engine that runs here. */
let before: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-package-'));
  project = join(folder, 'project');
  mkdirSync(project);
  await makeBaseImage(base, folder);
  before = await servingImages();
  writeFileSync(join(project, 'package.json'), '{"name":"somebody","version":"1.0.0","private":true}');
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: packageRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed);
  execFileSync('npm', ['install', '--no-save', join(folder, filename)], { cwd: project, stdio: 'ignore' });
}, 240_000);

afterAll(async () => {
  mlbench('down', '--yes');
  await docker('rmi', '--force', ...(await servingImages()).filter((name) => !before.includes(name)), base);
  rmSync(folder, { recursive: true, force: true });
});

const mlbench = (...args: string[]) =>
  spawnSync(process.execPath, [join(project, 'node_modules', 'mlbench', 'bin', 'mlbench.js'), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

test('the installed package, which cannot bring onnxruntime-node, builds an image that serves by the WASM build', () => {
  const up = mlbench('up', '--local-runtime', 'docker', '--base-image', base);
  expect(up.stderr).toContain('the serving image: building with docker');
  expect(up.status).toBe(0);
  const invoke = mlbench('invoke');
  expect(invoke.stdout).toContain('Adelie');
  expect(invoke.status).toBe(0);
  const log = readFileSync(join(project, '.mlbench/local/instances/logs/mlbench-1.log'), 'utf8');
  expect(log).toMatch(/"backend":"onnxruntime-web .*\(wasm\)"/);
  expect(mlbench('down', '--yes').status).toBe(0);
});
