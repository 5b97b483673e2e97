import { describe, expect, it } from 'vitest';
import { scaledClock, sleep } from '../../src/core/clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('a manual clock', () => {
  it('fires timers in order of their due time and lets promises settle between them', async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    void sleep(clock, 20).then(() => seen.push(`slept at ${clock.nowMs()}`));
    clock.after(10, () => {
      seen.push(`first at ${clock.nowMs()}`);
      clock.after(5, () => seen.push(`nested at ${clock.nowMs()}`));
    });
    await clock.advance(30);
    expect(seen).toEqual(['first at 10', 'nested at 15', 'slept at 20']);
    expect(clock.nowMs()).toBe(30);
  });

  it('does not fire a cancelled timer', async () => {
    const clock = new ManualClock();
    let fired = false;
    clock
      .after(10, () => {
        fired = true;
      })
      .cancel();
    await clock.advance(20);
    expect(fired).toBe(false);
  });
});

describe('sleep', () => {
  it('rejects with the reason as soon as its signal aborts', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const sleeping = sleep(clock, 1_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });

  it('rejects at once when its signal has aborted already', async () => {
    await expect(sleep(new ManualClock(), 1, AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    );
  });
});

describe('a scaled clock', () => {
  it('starts at its base and runs the scale times faster, timers included', async () => {
    const base = new ManualClock(1_000);
    const cloud = scaledClock(base, 20);
    let firedAtBaseMs = 0;
    cloud.after(60_000, () => {
      firedAtBaseMs = base.nowMs();
    });
    await base.advance(3_000);
    expect(cloud.nowMs()).toBe(61_000);
    expect(cloud.monotonicMs()).toBe(60_000);
    expect(firedAtBaseMs).toBe(4_000);
  });
});
