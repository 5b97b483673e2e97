import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';

const model = join(packageRoot, 'model');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-train-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('training gives the committed model, sample request, card and plots again, byte for byte', () => {
  const env = { ...process.env, TZ: 'Pacific/Apia', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' };
  const { status, stderr } = spawnSync(process.execPath, [join(model, 'train.ts'), folder], {
    encoding: 'utf8',
    env,
  });
  expect([status, stderr]).toEqual([0, '']);
  const written = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name !== 'card',
  );
  expect(written.sort()).toEqual([
    'MODEL_CARD.md',
    'card/confusion.svg',
    'card/importance.svg',
    'card/measurements.svg',
    'card/reliability.svg',
    'model.tar.gz',
    'sample-request.json',
  ]);
  for (const name of written) {
    const isSame = readFileSync(join(folder, name)).equals(readFileSync(join(model, name)));
    expect([name, isSame]).toEqual([name, true]);
  }
});
