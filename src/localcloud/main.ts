import { setPriority } from 'node:os';
import { serveInBackground } from '../core/background/background-service.ts';
import { systemClock } from '../core/clock.ts';
import { createCloud } from './cloud.ts';
import type { StandInRecord } from './process.ts';

const maxLogLines = 20_000;

// Generator and instances share the machine: the generator's timing must not suffer for theirs. Instances inherit it.
try {
  setPriority(10);
} catch {
  // Some containers forbid it.
}

await serveInBackground<StandInRecord>(systemClock, async (record, folder, identity) => {
  let lines = 0;
  const log = (line: string) => {
    // A failure that repeats with every request must not fill the disk.
    if (++lines > maxLogLines) return;
    process.stderr.write(`${new Date(systemClock.nowMs()).toISOString()} ${line}
`);
  };
  const { containers } = record;
  const cloud = await createCloud(record.standIn, { clock: systemClock, folder, identity, containers, log });
  return { port: cloud.port, options: record, stop: () => cloud.close() };
});
