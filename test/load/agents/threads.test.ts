import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { MlbenchError } from '../../../src/core/errors.ts';
import type { Generator, GeneratorEvent } from '../../../src/load/agents/generator.ts';
import { startThreads } from '../../../src/load/agents/threads.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { unreadContents as contents, planFor, unreadScenario } from '../support/plan.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Started {
  threads: Generator;
  events: GeneratorEvent[];
  failures: () => MlbenchError[];
  /** Workers that reported to the end. */
  reported: () => number[];
  allEnded: Promise<void>;
}

/** Threads that run this text instead of the load worker. */
function start(
  program: string,
  { clock = systemClock, workers = 2, plan = planFor('http://127.0.0.1') }: Changes = {},
): Started {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-threads-'));
  folders.push(folder);
  const path = join(folder, 'worker.mjs');
  writeFileSync(path, `import { parentPort as port, workerData } from 'node:worker_threads';\n${program}`);
  const events: GeneratorEvent[] = [];
  const ended = Promise.withResolvers<void>();
  const threads = startThreads({
    clock,
    workers,
    assignment: { plan, contents, credentials: null },
    program: path,
    tell(event) {
      events.push(event);
      // As the run does: one that fails ends the others.
      if (event.type === 'failed') threads.stop();
      if (events.filter(({ type }) => type === 'ended').length === workers) ended.resolve();
    },
  });
  return {
    threads,
    events,
    failures: () => events.flatMap((event) => (event.type === 'failed' ? [event.error] : [])),
    reported: () => events.flatMap((event) => (event.type === 'ended' && event.report ? [event.worker] : [])),
    allEnded: ended.promise,
  };
}

interface Changes {
  clock?: Clock;
  workers?: number;
  plan?: LoadPlan;
}

const obedient = `
  port.postMessage({ type: 'ready' });
  port.on('message', (message) => {
    if (message.type !== 'stop') return;
    port.postMessage({ type: 'done', endedMs: 5, loopLagUsP99: 0 });
    port.close();
  });
`;

describe('a run’s threads', () => {
  it('end when all workers are done', async () => {
    const { threads, allEnded, failures, reported } = start(obedient);
    await threads.ready;
    threads.start(systemClock.nowMs());
    threads.stop();
    await allEnded;
    expect(failures()).toEqual([]);
    expect(reported().toSorted()).toEqual([0, 1]);
  });

  it('say which worker died mid-run, and why', async () => {
    const { threads, allEnded, failures, reported } = start(`
      ${obedient}
      port.on('message', (message) => {
        if (message.type === 'start' && workerData.worker === 1) throw new Error('out of luck');
      });
    `);
    await threads.ready;
    threads.start(systemClock.nowMs());
    await allEnded;
    expect(reported()).toEqual([0]);
    expect(failures()).toMatchObject([
      { code: 'load-worker-failed', exitCode: 1, message: 'load worker 1 failed: out of luck' },
    ]);
  });

  it('notice a worker that leaves without a word', async () => {
    const { threads, allEnded, failures } = start(`
      if (workerData.worker === 0) process.exit(7);
      ${obedient}
    `);
    await threads.ready;
    threads.start(systemClock.nowMs());
    await allEnded;
    expect(failures()[0]?.message).toBe('load worker 0 failed: the thread ended with code 7');
  });

  it('that hang are ended, some time after their last moment', async () => {
    const clock = new ManualClock();
    const { threads, allEnded, failures, reported } = start(deaf, { clock });
    await threads.ready;
    threads.start(clock.nowMs());
    await clock.advance(60_000 + 1_000 + 15_000);
    await allEnded;
    expect(reported()).toEqual([]);
    expect(failures()[0]?.message).toContain('stopped answering');
  });

  it('that a scenario keeps from reporting are ended long before the run would be over', async () => {
    const clock = new ManualClock();
    const plan = planFor('http://127.0.0.1', { scenario: unreadScenario, closed: { durationMs: 3_600_000 } });
    const { threads, events, allEnded, failures } = start(deaf, { clock, workers: 1, plan });
    await threads.ready;
    threads.start(clock.nowMs());
    await clock.advance(9_000);
    expect(events).toEqual([]);
    await clock.advance(1_000);
    await allEnded;
    expect(failures()).toMatchObject([
      {
        code: 'scenario-blocked',
        exitCode: 1,
        message: expect.stringMatching(/^\/flow\.ts kept a load worker .* for 10 s: a loop without await/),
      },
    ]);
  });

  it('refuse a worker of another version', async () => {
    const { threads, allEnded, failures } = start(
      `${obedient} port.postMessage({ type: 'snapshot', snapshot: { version: 99 } });`,
    );
    await threads.ready;
    threads.start(systemClock.nowMs());
    threads.stop();
    await allEnded;
    expect(failures()[0]?.message).toContain('version 99');
  });
});

const deaf = `port.postMessage({ type: 'ready' }); port.on('message', () => { for (;;); });`;
