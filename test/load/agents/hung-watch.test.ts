import { describe, expect, it } from 'vitest';
import { createHungWatch } from '../../../src/load/agents/hung-watch.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('the watch over threads that hang', () => {
  it('gives threads that were stopped with the whole process the rest of their time', async () => {
    const clock = new ManualClock();
    const hung: string[] = [];
    const watch = createHungWatch({ clock, threads: new Set(['one']), hung: (_, why) => hung.push(why) });
    watch.endAfter(35_000);
    await clock.advance(4_000);
    clock.skip(40_000);
    await clock.advance(0);
    expect(hung).toEqual([]);
    await clock.advance(29_000);
    expect(hung).toEqual([]);
    await clock.advance(1_000);
    expect(hung).toEqual(['overdue']);
  });

  it('ends every thread that is overdue, though somebody sets another end meanwhile', async () => {
    const clock = new ManualClock();
    const hung: string[] = [];
    const watch = createHungWatch({
      clock,
      threads: new Set(['one', 'two']),
      hung(thread) {
        hung.push(thread);
        watch.endAfter(9_000);
      },
    });
    watch.endAfter(2_000);
    await clock.advance(2_000);
    expect(hung).toEqual(['one', 'two']);
  });

  it('expects no reports before the run starts, and each second from then on', async () => {
    const clock = new ManualClock();
    const hung: string[] = [];
    const watch = createHungWatch({ clock, threads: new Set(['one']), hung: (_, why) => hung.push(why) });
    watch.endAfter(120_000);
    watch.expectReports(15_000);
    await clock.advance(24_000);
    expect(hung).toEqual([]);
    await clock.advance(1_000);
    expect(hung).toEqual(['silent']);
  });
});
