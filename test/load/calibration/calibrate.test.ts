import { afterEach, describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/load/calibration/calibrate.ts';
import { type NullServer, startNullServer } from '../../../src/load/calibration/null-server.ts';
import type { RunResult } from '../../../src/record/schemas/result.ts';

/** A run that reached so much, as far as calibration looks at it. */
function runOf(figures: { achieved?: number; sent?: number; intended?: number; lagUs?: number }): RunResult {
  return {
    rateRps: { intended: null, achieved: figures.achieved ?? 0 },
    requests: { intended: figures.intended ?? 100, sent: figures.sent ?? 100, failed: 0 },
    latencyUs: { sendLag: { p99: figures.lagUs ?? 100 } },
    generator: { cpuUsPerRequest: 12 },
  } as RunResult;
}

function calibrationOf(runOpen: (rateRps: number, attempt: number) => RunResult) {
  const tried: number[] = [];
  const calibration = calibrate({
    runClosed: async () => runOf({ achieved: 40_000 }),
    runOpen: async (rateRps) => runOpen(rateRps, tried.push(rateRps)),
    maxSendLagUs: 5_000,
    tell: () => {},
  });
  return { calibration, tried };
}

describe('calibration', () => {
  it('finds the highest rate that is sent on time, within a tenth', async () => {
    const { calibration, tried } = calibrationOf((rateRps) =>
      runOf({ lagUs: rateRps > 13_700 ? 9_000 : 800 }),
    );
    const found = await calibration;
    expect(found).toMatchObject({ closedPeakRps: 40_000, cpuUsPerRequest: 12, sendLagUsP99: 800 });
    expect(found.openMaxRps).toBeLessThanOrEqual(13_700);
    expect(found.openMaxRps).toBeGreaterThan(13_700 / 1.15);
    expect(tried.length).toBeLessThanOrEqual(12);
  });

  it('does not take one burst of another program’s work for a limit', async () => {
    const { calibration } = calibrationOf((_, attempt) => runOf({ lagUs: attempt === 1 ? 50_000 : 10 }));
    expect((await calibration).openMaxRps).toBeGreaterThan(36_000);
  });

  it('knows a rate that was not offered whole', async () => {
    const { calibration } = calibrationOf(() => runOf({ sent: 98, intended: 100 }));
    expect(await calibration).toMatchObject({ openMaxRps: null, sendLagUsP99: null });
  });
});

describe('the null server', () => {
  let server: NullServer | undefined;
  afterEach(() => server?.close());

  it('answers whatever it is asked', async () => {
    server = await startNullServer();
    const response = await fetch(server.url, { method: 'POST', body: 'anything' });
    expect([response.status, await response.text()]).toEqual([200, '{}']);
  });
});
