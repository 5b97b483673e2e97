import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-paths.ts';

// `script` (util-linux) gives its command a terminal that says it has 0 columns.
it('draws on a terminal that does not know its width, and ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-pty-'));
  try {
    const load = `${process.execPath} ${join(packageRoot, 'bin', 'mlbench.js')} up --state-dir ${folder} --no-api`;
    const down = load.replace(' up ', ' down ').replace(' --no-api', '');
    const up = spawnSync('script', ['-qec', `${load}; ${down}`, '/dev/null'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 15_000,
      killSignal: 'SIGKILL',
    });
    expect(up.stdout).toMatch(/is down/);
    expect(up.status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
