import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { createDueQueue } from '../../../src/load/executors/due-queue.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('the due queue', () => {
  it('hands everything out in order and never early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { maxLength: 60 }),
        async (dues) => {
          const clock = new ManualClock();
          const handed: number[] = [];
          const queue = createDueQueue<number>(clock, (dueMs, nowMs) => {
            expect(nowMs).toBeGreaterThanOrEqual(dueMs);
            handed.push(dueMs);
          });
          for (const dueMs of dues) queue.add(dueMs, dueMs);
          await clock.advance(5_001);
          expect(handed).toEqual(dues.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('looks at the clock again when a timer fires early, as Node’s do', async () => {
    const manual = new ManualClock();
    const early: Clock = {
      nowMs: () => manual.nowMs(),
      monotonicMs: () => manual.monotonicMs(),
      after: (delayMs, action) => manual.after(Math.max(0.25, delayMs - 2), action),
    };
    const handedAtMs: number[] = [];
    createDueQueue<string>(early, (_, nowMs) => handedAtMs.push(nowMs)).add(10, 'item');
    await manual.advance(20);
    expect(handedAtMs).toHaveLength(1);
    expect(handedAtMs[0]).toBeGreaterThanOrEqual(10);
    expect(handedAtMs[0]).toBeLessThan(10.5);
  });

  it('takes what is added while it hands out, and nothing after a clear', async () => {
    const clock = new ManualClock();
    const handed: number[] = [];
    const queue = createDueQueue<number>(clock, (item) => {
      handed.push(item);
      if (item < 3) queue.add(clock.monotonicMs() + 5, item + 1);
    });
    queue.add(1, 1);
    await clock.advance(50);
    expect(handed).toEqual([1, 2, 3]);
    queue.add(60, 4);
    queue.clear();
    await clock.advance(50);
    expect(handed).toEqual([1, 2, 3]);
  });
});
