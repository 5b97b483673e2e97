import { setPriority } from 'node:os';
import { serveInBackground } from '../core/background/background-service.ts';
import { makeOwnerKey, removeOwnerKey } from '../core/background/owner-key.ts';
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
  // Before anybody can find this stand-in: whoever finds it signs with its key.
  const ownerKey = makeOwnerKey(folder);
  const around = { clock: systemClock, folder, identity, containers, ownerKey, log };
  const cloud = await createCloud(record.standIn, around);
  return {
    port: cloud.port,
    options: record,
    async stop() {
      removeOwnerKey(folder, ownerKey);
      await cloud.close();
    },
  };
});
