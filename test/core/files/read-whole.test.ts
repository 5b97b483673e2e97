import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhole, refuseNoFile } from '../../../src/core/files/read-whole.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-read-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  writeFileSync(join(folder, 'file'), 'body');
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 2 ** 40);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file that is read whole', () => {
  it('is its bytes, up to the bound', () => {
    expect(readWhole(join(folder, 'file'), 4).toString()).toBe('body');
    expect(() => readWhole(join(folder, 'file'), 3)).toThrow('it has more than the 3');
  });

  it('may be a terabyte on disk: no more than the bound is read of it', () => {
    expect(() => readWhole(join(folder, 'huge'), 1_048_576)).toThrow('it has more than the 1');
  });

  it.each([
    ['/dev/zero', 'it is a device, not a file'],
    ['/dev', 'it is a folder, not a file'],
  ])('is none: %s', (path, problem) => {
    expect(() => readWhole(path, 10)).toThrow(problem);
    expect(() => refuseNoFile(path)).toThrow(problem);
  });

  it('is none where it is a pipe that nobody may ever write to', () => {
    expect(() => readWhole(join(folder, 'pipe'), 10)).toThrow('it is a pipe, not a file');
    expect(() => refuseNoFile(join(folder, 'pipe'))).toThrow('it is a pipe, not a file');
  });

  it('is what is piped in', () => {
    const module = new URL('../../../src/core/files/read-whole.ts', import.meta.url).href;
    const script = `import { readWhole } from ${JSON.stringify(module)}; process.stdout.write(readWhole('/dev/stdin', 100));`;
    const { stdout } = spawnSync(
      'sh',
      ['-c', 'echo piped | "$0" --input-type=module -e "$1"', process.execPath, script],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe('piped\n');
  });
});
