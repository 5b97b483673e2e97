import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/experiment/load/load-plan.ts';
import type { Destination } from '../../src/load/plan/plan.ts';

const body = { bytes: new Uint8Array(), contentType: 'application/json' };
const runtime: Destination = {
  kind: 'runtime',
  endpointName: 'e',
  url: 'http://127.0.0.1:1',
  region: 'us-east-1',
};

describe('--max-redirects', () => {
  it('is refused where requests are signed for one address', async () => {
    await expect(planOf({ maxRedirects: 2 }, runtime, body)).rejects.toMatchObject({
      code: 'contradiction',
      exitCode: 2,
      message: expect.stringContaining('--max-redirects 2'),
    });
    await expect(planOf({ maxRedirects: 0 }, runtime, body)).resolves.toBeDefined();
  });

  it('is the plan’s, of any URL and of the API', async () => {
    for (const destination of [
      { kind: 'url', url: 'http://127.0.0.1:1/', method: 'GET', headers: {} },
      { kind: 'api', url: 'http://127.0.0.1:1/evaluate' },
    ] as const) {
      const { plan } = await planOf({ maxRedirects: 3 }, destination, body);
      expect(plan.maxRedirects).toBe(3);
    }
  });
});
