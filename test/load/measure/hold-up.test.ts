import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { createHoldUpMeter } from '../../../src/load/measure/hold-up.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A clock whose thread can be held up (time passes, no timer fires) and whose machine can sleep (only the wall clock goes on). */
function clockWithTrouble() {
  const base = new ManualClock(1_000_000);
  let heldMs = 0;
  let sleptMs = 0;
  const clock: Clock = {
    nowMs: () => base.nowMs() + heldMs + sleptMs,
    monotonicMs: () => base.monotonicMs() + heldMs,
    after: (ms, action) => base.after(ms, action),
  };
  return {
    clock,
    pass: (ms: number) => base.advance(ms),
    holdUp: (ms: number) => {
      heldMs += ms;
    },
    sleep: (ms: number) => {
      sleptMs += ms;
    },
  };
}

describe('a thread', () => {
  it('that is never held up has nothing to say', async () => {
    const { clock, pass } = clockWithTrouble();
    const meter = createHoldUpMeter(clock);
    meter.start();
    await pass(10_000);
    expect(meter.take()).toEqual({ heldUpMs: 0, clockGainMs: 0 });
  });

  it('that was held up says for how long at most, and each time anew', async () => {
    const { clock, pass, holdUp } = clockWithTrouble();
    const meter = createHoldUpMeter(clock);
    meter.start();
    await pass(250);
    holdUp(4_000);
    await pass(250);
    holdUp(700);
    await pass(250);
    expect(meter.take().heldUpMs).toBe(4_000);
    await pass(1_000);
    expect(meter.take().heldUpMs).toBe(0);
  });

  it('that is held up while it is asked counts what has passed of it', async () => {
    const { clock, pass, holdUp } = clockWithTrouble();
    const meter = createHoldUpMeter(clock);
    meter.start();
    await pass(200);
    holdUp(3_000);
    expect(meter.take().heldUpMs).toBe(2_900);
  });

  it('of a machine that slept, or whose clock was set ahead, says what the wall clock gained', async () => {
    const { clock, pass, sleep } = clockWithTrouble();
    const meter = createHoldUpMeter(clock);
    meter.start();
    await pass(500);
    sleep(600_000);
    await pass(500);
    expect(meter.take()).toEqual({ heldUpMs: 0, clockGainMs: 600_000 });
  });
});
