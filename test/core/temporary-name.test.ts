import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepTemporary, temporaryName } from '../../src/core/files/temporary-name.ts';
import { sweepDebris } from '../../src/experiment/context/sweep-debris.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-debris-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A name of a process that has ended. */
function deadName(purpose: string): string {
  const module = fileURLToPath(import.meta.resolve('../../src/core/files/temporary-name.ts'));
  const code = `import { temporaryName } from ${JSON.stringify(module)}; process.stdout.write(temporaryName(${JSON.stringify(purpose)}))`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout;
}

it('what dead processes left half made goes, files and folders; what living ones are making stays', () => {
  const [dead, alive] = [deadName('ledger.json'), temporaryName('ledger.json')];
  writeFileSync(join(folder, dead), '{"schemaVersion":1,"experim');
  writeFileSync(join(folder, alive), '');
  const model = join(folder, deadName('model'));
  mkdirSync(join(model, 'deep'), { recursive: true });
  sweepTemporary(folder);
  expect(readdirSync(folder)).toEqual([alive]);
});

it('a process that got the pid later is not the owner', () => {
  const reused = temporaryName('model').replace(/\.(\d+)-[0-9A-Za-z]+\./, '.$1-0.');
  writeFileSync(join(folder, reused), '');
  sweepTemporary(folder);
  expect(readdirSync(folder)).toEqual([]);
});

it('names of others, however alike, are left alone', () => {
  const others = ['ledger.json', '.ledger.json.tmp', '.x.99999999.tmp', '.x.1-2.not-a-uuid.tmp', 'lock.x'];
  for (const name of others) writeFileSync(join(folder, name), '');
  sweepTemporary(folder);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
});

it('every place of a state directory is swept where something is made before it is whole', () => {
  const places = ['', 'local', 'api', 'scratch', 'experiments/other/api', 'runs/20260101T000000Z-aaaa'];
  const name = deadName('half');
  for (const place of places) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, name), '');
  }
  sweepDebris(folder);
  expect(places.filter((place) => existsSync(join(folder, place, name)))).toEqual([]);
});

it('a state directory that is not there is not made', () => {
  sweepDebris(join(folder, 'state'));
  expect(readdirSync(folder)).toEqual([]);
});
