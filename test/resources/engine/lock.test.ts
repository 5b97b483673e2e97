import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { startMarkOf } from '../../../src/core/processes/process-identity.ts';
import { withLock } from '../../../src/resources/engine/lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lock = <Result>(work: () => Promise<Result>) => withLock(folder, 'up', systemClock, work);

describe('the lock', () => {
  it("names the holder's pid to the second one", async () => {
    await lock(async () => {
      await expect(lock(async () => {})).rejects.toMatchObject({
        code: 'locked',
        exitCode: 2,
        message: expect.stringContaining(`mlbench up (pid ${process.pid}, since `),
      });
    });
  });

  it('is free again afterwards, whether the work succeeded or failed', async () => {
    expect(await lock(async () => 1)).toBe(1);
    await expect(
      lock(async () => {
        throw new Error('work failed');
      }),
    ).rejects.toThrow('work failed');
    expect(await lock(async () => 2)).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a holder that was killed', async () => {
    await leaveDeadLock();
    expect(await lock(async () => 'mine')).toBe('mine');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that got the pid later', async () => {
    writeLock({ pid: process.pid, startMark: 'another time', token: 'old' });
    expect(await lock(async () => 'mine')).toBe('mine');
  });

  it('is taken over by one alone of many that find it dead', async () => {
    await leaveDeadLock();
    let inside = 0;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        lock(async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is taken over although one died while taking it over', async () => {
    await leaveDeadLock();
    const { token } = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
    writeFileSync(join(folder, `lock.${token}`), readFileSync(join(folder, 'lock')));
    writeFileSync(
      join(folder, `lock.${token}`),
      JSON.stringify({ pid: 999_999_999, startMark: '1', command: 'up', since: '', token: 'second' }),
    );
    expect(await lock(async () => 'mine')).toBe('mine');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['../../victim', 'a/b', '..', '', '\0', 'x'.repeat(300), '/etc/passwd'])(
    'whose token is %j names no other file by it',
    async (token) => {
      writeLock({ pid: 999_999_999, startMark: '1', token });
      await expect(lock(async () => {})).rejects.toMatchObject({
        code: 'locked',
        message: `${join(folder, 'lock')} is not a lock file of mlbench`,
      });
      expect(readdirSync(folder)).toEqual(['lock']);
    },
  );

  it('that is no lock file of ours is left alone', async () => {
    writeFileSync(join(folder, 'lock'), 'precious');
    await expect(lock(async () => {})).rejects.toMatchObject({ code: 'locked' });
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe('precious');
  });
});

function writeLock(holder: { pid: number; startMark: string; token: string }): void {
  writeFileSync(join(folder, 'lock'), JSON.stringify({ command: 'up', since: '', ...holder }));
}

async function leaveDeadLock(): Promise<void> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = child.pid as number;
  writeLock({ pid, startMark: startMarkOf(pid) as string, token: 'dead' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
