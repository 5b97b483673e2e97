import { lookup } from 'node:dns/promises';
import { systemClock } from '../../../src/core/clock.ts';
import type { ContentPlaces } from '../../../src/core/content.ts';
import type { Totals } from '../../../src/load/measure/totals.ts';
import type { LoadPlan } from '../../../src/load/plan/plan.ts';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import { LoadWorker } from '../../../src/load/worker/load-worker.ts';
import type { LoadWorkerDeps } from '../../../src/load/worker/load-worker-deps.ts';
import type { FromWorker } from '../../../src/load/worker/messages.ts';
import { contents } from './plan.ts';

/** Runs a worker to its end in this thread. */
export async function runWorker(
  plan: LoadPlan,
  more: Partial<LoadWorkerDeps> = {},
  places: ContentPlaces = contents,
): Promise<{ totals: Totals; messages: FromWorker[]; startedMs: number }> {
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
  const messages: FromWorker[] = [];
  let startedMs = 0;
  await new Promise<void>((resolve) => {
    const worker = new LoadWorker(
      {
        plan,
        worker: 0,
        workers: 1,
        credentials: { accessKeyId: 'mlbench', secretAccessKey: 'local' },
        contents: places,
      },
      {
        clock: systemClock,
        lookup: (hostname) => lookup(hostname, { all: true }),
        readThread: () => ({ loopActiveMs: 0, loopIdleMs: 0, cpuUs: 0 }),
        loopLagUsP99: () => 0,
        ...more,
        post: (message) => {
          messages.push(message);
          if (message.type === 'snapshot') aggregate.add(message.snapshot);
          if (message.type === 'done') resolve();
        },
      },
    );
    startedMs = systemClock.monotonicMs();
    worker.handle({ type: 'start', startAtMs: systemClock.nowMs() });
  });
  return { totals: aggregate.totals(), messages, startedMs };
}
