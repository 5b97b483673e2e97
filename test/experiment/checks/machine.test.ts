import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkContainerEngine } from '../../../src/experiment/checks/container-engine.ts';
import { checkNode, checkStateFolder, judgeSpace } from '../../../src/experiment/checks/machine.ts';
import { docker, type FakeEngines, fakeEngines } from '../../image/fake-container-engines.ts';

const mib = 1_048_576;

describe('Node.js', () => {
  it.each([
    ['22.18.0', 'failed'],
    ['20.20.0', 'failed'],
    ['22.19.0', 'ok'],
    ['24.3.1', 'ok'],
    ['100.0.0', 'ok'],
  ])('%s is %s', (version, verdict) => {
    expect(checkNode(version).verdict).toBe(verdict);
  });
});

describe('the state folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlbench-check-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  it('is fine where it can be made, and is not made by looking', () => {
    expect(checkStateFolder(join(folder, 'deep', '.mlbench')).verdict).toBe('ok');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fails where it is a file', () => {
    const path = join(folder, '.mlbench');
    writeFileSync(path, '');
    expect(checkStateFolder(path)).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining(path),
      remedy: expect.stringContaining('--state-dir'),
    });
  });

  it.each([
    [50 * mib, 'failed'],
    [500 * mib, 'warning'],
    [5_000 * mib, 'ok'],
  ])('with %i bytes free is %s', (bytes, verdict) => {
    expect(judgeSpace('.mlbench', bytes).verdict).toBe(verdict);
  });
});

describe('the container engine', () => {
  let engines: FakeEngines;
  beforeEach(() => {
    engines = fakeEngines();
  });
  afterEach(() => engines.remove());

  it('is one that answers', async () => {
    engines.install('docker', docker);
    expect(await checkContainerEngine(true, engines.around)).toMatchObject({
      verdict: 'ok',
      found: 'docker answers',
    });
  });

  it('is missed only where an image has to be built', async () => {
    expect(await checkContainerEngine(true, engines.around)).toMatchObject({
      verdict: 'failed',
      remedy: expect.stringContaining('install one'),
    });
    expect(await checkContainerEngine(false, engines.around)).toMatchObject({ verdict: 'ok', remedy: null });
  });

  it('fails with what the engine says where it is stopped', async () => {
    engines.install(
      'docker',
      'if [ "$1" = info ]; then echo "Cannot connect to the Docker daemon" >&2; exit 1; fi',
    );
    expect(await checkContainerEngine(true, engines.around)).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining('Cannot connect to the Docker daemon'),
    });
  });
});
