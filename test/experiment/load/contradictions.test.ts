import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../../src/experiment/load/load-options.ts';
import { planOf } from '../../../src/experiment/load/load-plan.ts';
import { parseWait } from '../../../src/offered/waits/waits.ts';

const destination = { kind: 'url', url: 'http://service/', method: 'GET', headers: {} } as const;
const plan = (options: LoadOptions) =>
  planOf(options, destination, { bytes: new Uint8Array(), contentType: 'application/json' });

describe('a limit to the send lag', () => {
  it.each([
    { users: 2, wait: parseWait('none') },
    { users: 2, wait: parseWait('constant:0s') },
  ])('is refused of a load that times no start: %j', async (load) => {
    await expect(plan({ ...load, maxSendLagMs: 0.001 })).rejects.toMatchObject({
      code: 'contradiction',
      exitCode: 2,
      message: expect.stringMatching(/^--max-send-lag 0\.001ms says nothing: .* no start is timed/),
    });
    await expect(plan(load)).resolves.toBeDefined();
  });

  it.each([
    { rateRps: 5 },
    { users: 2 },
    ...['constant:1s', 'between:1s,2s', 'exponential:1s', 'pacing:1s', 'throughput:2'].map((wait) => ({
      users: 2,
      wait: parseWait(wait),
    })),
  ])('is kept of one that does: %j', async (load) => {
    expect((await plan({ ...load, maxSendLagMs: 5 })).plan.maxSendLagMs).toBe(5);
  });
});
