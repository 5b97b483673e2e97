import { describe, expect, it } from 'vitest';
import {
  type Calibration,
  type CalibrationDeps,
  differenceOf,
  recalibrate,
} from '../../../src/load/calibration/calibrate.ts';
import { repeatUntilAgreed } from '../../../src/load/calibration/repeat-until-agreed.ts';
import type { RunResult } from '../../../src/record/schemas/result.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;

/** Each look takes some seconds, and finds the next of these. */
async function repeat(found: readonly number[], secondsALook = 10) {
  const clock = new ManualClock(0);
  let next = 0;
  return await repeatUntilAgreed<number>(
    async (_before, signal) => {
      await clock.advance(secondsALook * 1_000);
      signal.throwIfAborted();
      return found[next++] as number;
    },
    (one, other) => Math.max(one, other) / Math.min(one, other) - 1,
    { agreement: 0.2, longestMs: 60_000, clock, signal: never },
  );
}

describe('looks at the generator', () => {
  it('are two where they agree', async () => {
    expect(await repeat([100, 110, 500])).toEqual({
      look: 110,
      looks: 2,
      agreed: true,
      differencePercent: 10,
      agreementPercent: 20,
    });
  });

  it('go on until two in a row agree', async () => {
    expect(await repeat([100, 200, 100, 101])).toMatchObject({ look: 101, looks: 4, agreed: true });
  });

  it('end after a minute, with what they last found', async () => {
    const ended = await repeat([100, 200, 100, 200, 100, 200, 100, 200, 100], 11);
    expect(ended).toMatchObject({ look: 100, looks: 5, agreed: false, differencePercent: 100 });
  });

  it('are one where the first takes longer than a minute', async () => {
    expect(await repeat([100, 100], 61)).toMatchObject({ looks: 1, agreed: false, differencePercent: null });
  });
});

describe('another look', () => {
  /** A generator that offers up to that rate on time. */
  const generator = (capacityRps: number): CalibrationDeps => {
    const result = (sendLagUs: number) =>
      ({
        rateRps: { achieved: 10_000 },
        generator: { cpuUsPerRequest: 1 },
        requests: { sent: 100, intended: 100, failed: 0 },
        latencyUs: { sendLag: { p99: sendLagUs } },
      }) as unknown as RunResult;
    return {
      runClosed: async () => result(0),
      runOpen: async (rateRps) => result(rateRps <= capacityRps ? 10 : 99_999),
      maxSendLagUs: 5_000,
      tell: () => {},
    };
  };
  const before: Calibration = {
    closedPeakRps: 10_000,
    cpuUsPerRequest: 1,
    openMaxRps: 1_000,
    sendLagUsP99: 10,
  };
  const again = async (capacityRps: number) => await recalibrate(before, generator(capacityRps));

  it('agrees where nothing has changed', async () => {
    expect(differenceOf(before, await again(1_050))).toBe(0);
  });

  it('differs where the machine does more, or less, or nothing in time', async () => {
    for (const capacityRps of [2_000, 800, 0])
      expect(differenceOf(before, await again(capacityRps))).toBeGreaterThan(0.2);
  });
});
