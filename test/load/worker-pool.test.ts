import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type PoolDeps, startWorkerPool, type WorkerPool } from '../../src/load/worker-pool.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { planFor } from './support/plan.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A pool whose threads run this text instead of the load worker. */
function poolOf(program: string, changes: Partial<PoolDeps> = {}): { pool: WorkerPool; ended: number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-pool-'));
  folders.push(folder);
  const path = join(folder, 'worker.mjs');
  writeFileSync(path, `import { parentPort as port, workerData } from 'node:worker_threads';\n${program}`);
  const ended: number[] = [];
  const pool = startWorkerPool({
    clock: systemClock,
    plan: planFor('http://127.0.0.1'),
    workers: 2,
    credentials: null,
    onSnapshot: () => {},
    onStopping: () => {},
    onEnded: (worker) => ended.push(worker),
    program: path,
    ...changes,
  });
  return { pool, ended };
}

const obedient = `
  port.postMessage({ type: 'ready' });
  port.on('message', (message) => {
    if (message.type !== 'stop') return;
    port.postMessage({ type: 'done', endedMs: 5, loopLagUsP99: 0 });
    port.close();
  });
`;

describe('the worker pool', () => {
  it('ends when all workers are done', async () => {
    const { pool, ended } = poolOf(obedient);
    await pool.ready;
    pool.start();
    pool.stop();
    const outcome = await pool.outcome;
    expect(outcome.failure).toBeNull();
    expect(outcome.done).toHaveLength(2);
    expect(ended.toSorted()).toEqual([0, 1]);
  });

  it('stops the others when a worker dies mid-run, and says which and why', async () => {
    const { pool } = poolOf(`
      ${obedient}
      port.on('message', (message) => {
        if (message.type === 'start' && workerData.worker === 1) throw new Error('out of luck');
      });
    `);
    await pool.ready;
    pool.start();
    const outcome = await pool.outcome;
    expect(outcome.done).toHaveLength(1);
    expect(outcome.failure).toMatchObject({
      code: 'load-worker-failed',
      exitCode: 1,
      message: 'load worker 1 failed: out of luck',
    });
  });

  it('notices a worker that leaves without a word', async () => {
    const { pool } = poolOf(`
      if (workerData.worker === 0) process.exit(7);
      ${obedient}
    `);
    await pool.ready;
    pool.start();
    expect((await pool.outcome).failure?.message).toBe('load worker 0 failed: the thread ended with code 7');
  });

  it('ends threads that hang, some time after their last moment', async () => {
    const clock = new ManualClock();
    const { pool } = poolOf(`port.postMessage({ type: 'ready' }); port.on('message', () => { for (;;); });`, {
      clock,
    });
    await pool.ready;
    pool.start();
    await clock.advance(60_000 + 1_000 + 15_000);
    const outcome = await pool.outcome;
    expect(outcome.done).toEqual([]);
    expect(outcome.failure?.message).toContain('stopped answering');
  });

  it('ends a thread that a scenario keeps from reporting, long before the run would be over', async () => {
    const clock = new ManualClock();
    const scenario = { file: '/flow.ts', tags: [], excludeTags: [], keepWait: true };
    const { pool } = poolOf(`port.postMessage({ type: 'ready' }); port.on('message', () => { for (;;); });`, {
      clock,
      workers: 1,
      plan: planFor('http://127.0.0.1', { scenario, closed: { durationMs: 3_600_000 } }),
    });
    await pool.ready;
    pool.start();
    await clock.advance(9_000);
    const alive = await Promise.race([pool.outcome, Promise.resolve('running')]);
    expect(alive).toBe('running');
    await clock.advance(1_000);
    const outcome = await pool.outcome;
    expect(outcome.failure).toMatchObject({
      code: 'scenario-blocked',
      exitCode: 1,
      message: expect.stringMatching(/^\/flow\.ts kept a load worker .* for 10 s: a loop without await/),
    });
  });

  it('refuses a worker of another version', async () => {
    const { pool } = poolOf(`${obedient} port.postMessage({ type: 'snapshot', snapshot: { version: 99 } });`);
    await pool.ready;
    pool.start();
    pool.stop();
    expect((await pool.outcome).failure?.message).toContain('version 99');
  });
});
