import { setPriority } from 'node:os';
import { serveInBackground } from '../core/background-service.ts';
import { systemClock } from '../core/clock.ts';
import { createCloud } from './cloud.ts';
import type { StandInRecord } from './process.ts';

// Generator and instances share the machine: the generator's timing must not suffer for theirs. Instances inherit it.
try {
  setPriority(10);
} catch {
  // Some containers forbid it.
}

await serveInBackground<StandInRecord>(systemClock, async (record, folder, identity) => {
  const log = (line: string) =>
    process.stderr.write(`${new Date(systemClock.nowMs()).toISOString()} ${line}\n`);
  const cloud = await createCloud(record.standIn, { clock: systemClock, folder, identity, log });
  return { port: cloud.port, options: record, stop: () => cloud.close() };
});
