import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBoundedLog } from '../../../src/localcloud/instances/bounded-log.ts';

test('a log keeps its last lines, and never grows over twice its bound', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-log-'));
  const path = join(folder, 'logs', 'instance.log');
  const log = openBoundedLog(path, 100);
  for (let line = 0; line < 1_000; line++) log.write(`line ${line}\n`);
  const kept = readFileSync(`${path}.previous`, 'utf8') + readFileSync(path, 'utf8');
  expect(kept.length).toBeLessThan(250);
  expect(kept).toMatch(/line 998\nline 999\n$/);

  rmSync(folder, { recursive: true });
  expect(() => log.write('after the folder has gone\n')).not.toThrow();
});
