import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimStart } from '../../../src/core/background/background-files.ts';
import {
  findBackground,
  startBackground,
  stopBackground,
} from '../../../src/core/background/background-process.ts';
import { listenOnLoopback } from '../../../src/core/background/background-service.ts';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { commandLineOf } from '../../../src/core/processes/processes.ts';
import { eventually } from '../../support/eventually.ts';

const starterProgram = fileURLToPath(new URL('./fixtures/background-starter.ts', import.meta.url));
const program = fileURLToPath(new URL('./fixtures/background-program.ts', import.meta.url));
const one = '00000000-0000-4000-8000-000000000001';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-background-'));
});

afterEach(async () => {
  await stopBackground(folder, { clock: systemClock, timeoutMs: 500 });
  rmSync(folder, { recursive: true, force: true });
});

function start(
  payload: object = {},
  options: { clock?: Clock; readyTimeoutMs?: number; signal?: AbortSignal } = {},
) {
  return startBackground({
    program,
    folder,
    payload,
    name: 'the test service',
    readyTimeoutMs: 60_000,
    clock: systemClock,
    ...options,
  });
}

/** Processes with the folder on their command line, as a background process has it. */
function processesOf(owner: string): string[] {
  return readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && commandLineOf(Number(name))?.includes(`"folder":"${owner}"`),
  );
}

const running = (pid: number) => commandLineOf(pid) !== undefined;

describe('a background process', () => {
  test('is started, found again with its options, and stopped', async () => {
    const { process, started } = await start({ port: 0 });
    expect(started).toBe(true);
    expect(await findBackground(folder)).toEqual({ state: 'running', process });
    expect(process.options).toEqual({ port: 0 });
    expect(await stopBackground(folder, { clock: systemClock, timeoutMs: 5_000 })).toBe('stopped');
    expect(await findBackground(folder)).toBeUndefined();
    expect(running(process.pid)).toBe(false);
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('is one, however many start it at once', async () => {
    const outcomes = await Promise.all([start(), start(), start()]);
    expect(outcomes.filter((outcome) => outcome.started)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.process.pid)).size).toBe(1);
  });

  test('that crashes on its way up is reported with its last words and leaves only its log', async () => {
    await expect(start({ manner: 'crash' })).rejects.toThrow(
      /exit code 1.*the model of the world is missing/s,
    );
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('that finds its port taken says which, and what to do', async () => {
    const other = createServer();
    const port = await listenOnLoopback(other, 0, '');
    await expect(start({ port })).rejects.toMatchObject({
      code: 'port-in-use',
      message: `port ${port} is in use by another program`,
      remedy: 'choose another with --port',
      exitCode: 2,
    });
    other.close();
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('that never answers is ended when its time is up', async () => {
    let skippedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs };
    const starting = start({ manner: 'mute' }, { clock, readyTimeoutMs: 600_000 });
    const refused = expect(starting).rejects.toThrow(/did not answer within 600 s/);
    await eventually('it is registered', () => readdirSync(folder).includes('process.json'));
    const { pid } = JSON.parse(readFileSync(join(folder, 'process.json'), 'utf8'));
    skippedMs = 600_000;
    await refused;
    await eventually('it ends', () => !running(pid));
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('whose start is interrupted is ended', async () => {
    const interrupt = new AbortController();
    const starting = start({}, { signal: interrupt.signal });
    await eventually('it is being started', () => readdirSync(folder).includes('log'));
    interrupt.abort(new Error('interrupted'));
    await expect(starting).rejects.toThrow('interrupted');
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('that was killed leaves a stale file, which is not believed', async () => {
    const { process: first } = await start();
    process.kill(first.pid, 'SIGKILL');
    await eventually('the first ends', () => !running(first.pid));
    expect(await findBackground(folder)).toBeUndefined();
    const { process: second, started } = await start();
    expect(started).toBe(true);
    expect(second.instanceId).not.toBe(first.instanceId);
  });

  test('is not mistaken for whoever has its pid and port now', async () => {
    const { process: named } = await start();
    await stopBackground(folder, { clock: systemClock, timeoutMs: 5_000 });
    const stranger = createServer((_, response) => response.end('{"instanceId":"another"}'));
    const port = await listenOnLoopback(stranger, 0, '');
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...named, pid: process.pid, port }));
    expect(await findBackground(folder)).toBeUndefined();
    expect(await stopBackground(folder, { clock: systemClock, timeoutMs: 100 })).toBe('not-running');
    stranger.close();
  });

  test('that hangs is unresponsive, and can be killed', async () => {
    const { process: hung } = await start();
    process.kill(hung.pid, 'SIGSTOP');
    expect(await findBackground(folder, 300)).toMatchObject({ state: 'unresponsive' });
    expect(await stopBackground(folder, { clock: systemClock, timeoutMs: 200 })).toBe('killed');
    expect(running(hung.pid)).toBe(false);
  });

  test('ends by itself once its file no longer names it', async () => {
    const { process: orphan } = await start();
    rmSync(join(folder, 'process.json'));
    await eventually('the orphan ends', () => !running(orphan.pid));
  });

  test('whose starter was killed before it was ready ends instead of living on unseen', async () => {
    const starter = spawn(process.execPath, [starterProgram, program, folder], { stdio: 'ignore' });
    await eventually('it is being started', () => readdirSync(folder).includes('log'));
    starter.kill('SIGKILL');
    await new Promise((resolve) => starter.once('exit', resolve));
    const left = await findBackground(folder);
    if (left) await stopBackground(folder, { clock: systemClock, timeoutMs: 5_000 });
    await eventually('none is left', () => processesOf(folder).length === 0);
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test("holds none of its starter's descriptors, however high", async () => {
    const held = join(folder, 'held');
    execFileSync(
      'bash',
      [
        '-c',
        'exec 9>"$1" 200>"$1"; exec "$2" "$3" "$4" "$5"',
        'bash',
        held,
        process.execPath,
        starterProgram,
        program,
        folder,
      ],
      { stdio: 'ignore' },
    );
    const found = await findBackground(folder);
    const descriptors = `/proc/${found?.process.pid}/fd`;
    const targets = readdirSync(descriptors).map((name) => readlinkSync(join(descriptors, name)));
    expect(targets).toContain(join(folder, 'log'));
    expect(targets).not.toContain(held);
  });

  test('outlives a disk too full for its log', async () => {
    const full = openSync('/dev/full', 'a');
    claimStart(folder, { instanceId: one, starterPid: process.pid });
    const child = spawn(
      process.execPath,
      [program, JSON.stringify({ instanceId: one, folder, payload: { manner: 'talkative' } })],
      { stdio: ['ignore', full, full] },
    );
    closeSync(full);
    await eventually(
      'it is registered or has ended',
      () => readdirSync(folder).includes('process.json') || child.exitCode !== null,
    );
    for (let times = 0; times < 3; times++)
      expect(await findBackground(folder)).toMatchObject({ state: 'running' });
  });

  test('takes over the claim of a start that was killed', async () => {
    writeFileSync(join(folder, 'starting.json'), '{"instanceId":"gone","starterPid":4194305}');
    expect((await start()).started).toBe(true);
  });
});
