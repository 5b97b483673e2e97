import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoundedRun, runBounded } from '../../../src/core/background/run-bounded.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { processesNaming } from '../../../src/core/processes/processes.ts';
import { eventually } from '../../support/eventually.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-bounded-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wide = { memoryBytes: 2 ** 40, timeMs: 60_000, outputBytes: 1_024, clock: systemClock };
let programs = 0;

function programOf(code: string): string {
  const file = join(folder, `program-${++programs}.mjs`);
  writeFileSync(file, code);
  return file;
}
const run = (code: string, bounds: Partial<BoundedRun> = {}) =>
  runBounded([programOf(code)], { ...wide, ...bounds });

/** Nothing else of the program’s runs: as while a model loads. */
const busy = 'for (;;);';

describe('a program within its bounds', () => {
  it('ends by itself, with what it said', async () => {
    expect(await run('console.log("done"); console.error("why"); process.exitCode = 3')).toEqual({
      ...{ code: 3, signal: null, exceeded: null },
      ...{ stdout: 'done\n', stderr: 'why\n' },
    });
  });

  it('is not taken for bounded where somebody else kills it', async () => {
    const exit = await run('process.kill(process.pid, "SIGKILL")');
    expect(exit).toMatchObject({ signal: 'SIGKILL', exceeded: null });
  });
});

describe('a program beyond a bound is ended, and the bound is named', () => {
  it.each<[NonNullable<Awaited<ReturnType<typeof run>>['exceeded']>, string, Partial<BoundedRun>]>([
    ['time', busy, { timeMs: 300 }],
    [
      'space',
      'const held = []; for (;;) held.push(Buffer.alloc(4_194_304, 1));',
      { memoryBytes: 300 * 2 ** 20 },
    ],
    ['output', 'for (;;) console.log("x".repeat(100));', { outputBytes: 1_000 }],
  ])('%s', async (bound, code, bounds) => {
    const exit = await run(code, bounds);
    expect(exit).toMatchObject({ signal: 'SIGKILL', exceeded: bound });
    expect(exit.stdout.length).toBeLessThanOrEqual(1_024);
  });
});

describe('a busy program whose starter is killed', () => {
  it('ends with it', async () => {
    const program = programOf(
      `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], 'up'); ${busy}`,
    );
    const started = join(folder, 'started');
    const starter = spawn(
      process.execPath,
      [fileURLToPath(import.meta.resolve('./fixtures/bounded-starter.ts')), program, started],
      { stdio: 'ignore' },
    );
    const isUp = () => {
      try {
        return readFileSync(started, 'utf8') === 'up';
      } catch {
        return false;
      }
    };
    await eventually('it is busy', isUp);
    // The starter names the program, too.
    expect(processesNaming(program)).toHaveLength(2);
    starter.kill('SIGKILL');
    await eventually('both are gone', () => processesNaming(program).length === 0, 5_000);
  });
});
