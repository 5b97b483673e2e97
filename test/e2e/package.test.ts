import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the package, installed from its tarball into an empty folder', () => {
  let folder: string;
  let project: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlbench-package-'));
    project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{"name":"somebody","version":"1.0.0","private":true}');
    // Scripts are off: dist/ is built already, and a build here could run while other tests use it.
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ filename }] = JSON.parse(packed);
    execFileSync('npm', ['install', '--no-save', join(folder, filename)], { cwd: project, stdio: 'ignore' });
  }, 240_000);
  afterAll(() => {
    mlbench('down', '--yes');
    rmSync(folder, { recursive: true, force: true });
  });

  // By the Node that runs the tests: the tarball brings none of its own.
  const mlbench = (...args: string[]) =>
    spawnSync(process.execPath, [join(project, 'node_modules', 'mlbench', 'bin', 'mlbench.js'), ...args], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  it('runs up, invoke, load and down', () => {
    const up = mlbench('up');
    expect(up.stderr + up.stdout).toMatch(/mlbench/);
    expect(up.status).toBe(0);
    expect(mlbench('invoke').status).toBe(0);
    const load = mlbench('load', '--users', '5', '--duration', '3s', '--json');
    expect([0, 5]).toContain(load.status);
    expect(JSON.parse(load.stdout).requests.succeeded).toBeGreaterThan(5);
    expect(mlbench('down').status).toBe(0);
  });
});
