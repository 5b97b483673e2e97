import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/core/processes/processes.ts';
import { runContainerEngine } from '../../src/image/run-container-engine.ts';
import { eventually } from '../support/eventually.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type FakeEngines, fakeEngines } from './fake-container-engines.ts';

let engines: FakeEngines;
beforeEach(() => {
  engines = fakeEngines();
});
afterEach(() => engines.remove());

const minute = { timeoutMs: 60_000 };

describe('a run of the container engine', () => {
  it('gives its exit code, its output and the last lines of both outputs', async () => {
    engines.install(
      'docker',
      'for i in $(seq 30); do echo "line $i"; done; printf "\\033[31mwrong\\033[0m" >&2; exit 3',
    );
    const exit = await runContainerEngine('docker', [], minute, engines.around);
    expect(exit.code).toBe(3);
    expect(exit.stdout).toContain('line 1\n');
    expect(exit.lastLines).toHaveLength(20);
    expect(exit.lastLines).toEqual(expect.arrayContaining(['line 30', 'wrong']));
  });

  it('hands over its standard input, and each line as it comes', async () => {
    engines.install('docker', 'read said; echo "heard $said"; echo "$1"');
    const lines: string[] = [];
    const run = { ...minute, input: 'a secret\n', onLine: (line: string) => lines.push(line) };
    await runContainerEngine('docker', ['an argument'], run, engines.around);
    expect(lines).toEqual(['heard a secret', 'an argument']);
  });

  it('survives a container engine that ends before it has read its input', async () => {
    engines.install('docker', 'exit 1');
    const run = { ...minute, input: 'x'.repeat(1_000_000) };
    expect((await runContainerEngine('docker', [], run, engines.around)).code).toBe(1);
  });

  it('ends with a Ctrl-C, and all that it started with it', async () => {
    engines.install('docker', 'sleep 300 & echo $! > $FOLDER/child; echo started; wait');
    const reason = new Error('interrupted');
    const run = { ...minute, onLine: () => engines.around.abort(reason) };
    await expect(runContainerEngine('docker', [], run, engines.around)).rejects.toBe(reason);
    await gone(Number(readFileSync(join(engines.folder, 'child'), 'utf8')));
  });

  it('is killed where it takes no SIGTERM', async () => {
    engines.install(
      'docker',
      'trap "" TERM; echo $$ > $FOLDER/child; echo started; while :; do sleep 1; done',
    );
    const clock = new ManualClock();
    const reason = new Error('interrupted');
    let interrupted: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      interrupted = resolve;
    });
    const onLine = () => {
      engines.around.abort(reason);
      interrupted?.();
    };
    const running = runContainerEngine('docker', [], { ...minute, onLine }, { ...engines.around, clock });
    running.catch(() => {});
    await asked;
    const pid = Number(readFileSync(join(engines.folder, 'child'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    await clock.advance(5_000);
    await expect(running).rejects.toBe(reason);
    await gone(pid);
  });

  it('is bounded in time', async () => {
    engines.install('docker', 'echo started; sleep 300');
    const clock = new ManualClock();
    const running = runContainerEngine(
      'docker',
      ['build'],
      { timeoutMs: 90_000, onLine: () => void clock.advance(90_000) },
      { ...engines.around, clock },
    );
    await expect(running).rejects.toMatchObject({
      code: 'container-engine-timeout',
      message: 'docker build did not end within 90 s and was ended',
    });
  });

  it('does not begin after a Ctrl-C', async () => {
    engines.install('docker', 'touch $FOLDER/began');
    const reason = new Error('interrupted');
    engines.around.abort(reason);
    expect(() => runContainerEngine('docker', [], minute, engines.around)).toThrow(reason);
    expect(existsSync(join(engines.folder, 'began'))).toBe(false);
  });
});

async function gone(pid: number): Promise<void> {
  await eventually(`process ${pid} ends`, () => !isAlive(pid));
}
