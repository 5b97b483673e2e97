import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createCapacityGate } from '../../../src/localcloud/instances/capacity-gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const limits = { serviceTimeMs: 20, concurrency: 2, queue: 256 };

describe('an instance held to its capacity', () => {
  test('answers a lone request after the service time, though inference took none', async () => {
    const clock = new ManualClock();
    const gate = createCapacityGate(limits, clock);
    const answered: number[] = [];
    gate.admit((slot) => slot.finish(() => answered.push(clock.monotonicMs())));
    await clock.advance(19);
    expect(answered).toEqual([]);
    await clock.advance(1);
    expect(answered).toEqual([20]);
  });

  test('answers when the inference ends, if that takes longer', async () => {
    const clock = new ManualClock();
    const gate = createCapacityGate(limits, clock);
    const answered: number[] = [];
    gate.admit((slot) => clock.after(35, () => slot.finish(() => answered.push(clock.monotonicMs()))));
    await clock.advance(100);
    expect(answered).toEqual([35]);
  });

  test('serves as many at a time as it has slots, the others in the order they came', async () => {
    const clock = new ManualClock();
    const gate = createCapacityGate(limits, clock);
    const answered: [number, number][] = [];
    for (let request = 0; request < 5; request++) {
      gate.admit((slot) => slot.finish(() => answered.push([request, clock.monotonicMs()])));
    }
    expect([gate.running, gate.waiting]).toEqual([2, 3]);
    await clock.advance(100);
    expect(answered).toEqual([
      [0, 20],
      [1, 20],
      [2, 40],
      [3, 40],
      [4, 60],
    ]);
  });

  test('refuses what its queue cannot take', () => {
    const gate = createCapacityGate({ ...limits, concurrency: 1, queue: 1 }, new ManualClock());
    const admit = () => gate.admit(() => {});
    expect([admit(), admit(), admit()]).toEqual([true, true, false]);
  });

  test('without a service time holds nothing back', () => {
    const gate = createCapacityGate({ ...limits, serviceTimeMs: null }, new ManualClock());
    let answered = 0;
    gate.admit((slot) => slot.finish(() => answered++));
    expect(answered).toBe(1);
    expect(gate.running).toBe(0);
  });

  test('knows how long its slots were held', async () => {
    const clock = new ManualClock();
    const gate = createCapacityGate(limits, clock);
    for (let request = 0; request < 3; request++) gate.admit((slot) => slot.finish(() => {}));
    await clock.advance(1_000);
    expect(gate.heldMs()).toBe(60);
  });

  test('carries concurrency / service time, however late its timers fire', async () => {
    const clock = new ManualClock();
    const late = {
      ...clockOf(clock),
      after: (ms: number, action: () => void) => clock.after(ms + 3, action),
    };
    const gate = createCapacityGate(limits, late);
    let answered = 0;
    for (let request = 0; request < 250; request++) gate.admit((slot) => slot.finish(() => answered++));
    await clock.advance(1_003);
    expect(answered).toBeGreaterThanOrEqual(99);
    expect(answered).toBeLessThanOrEqual(101);
  });

  test.each([1, 2, 3])(
    'is neither faster nor slower than its capacity where timers fire early or late as they do on a busy machine, seed %i',
    async (seed) => {
      const clock = new ManualClock();
      const random = createRandom(seed);
      const unpunctual = {
        ...clockOf(clock),
        // Node's timers fire up to a millisecond early, and as late as others keep the core.
        after: (ms: number, action: () => void) => clock.after(ms + random.between(-1, 15), action),
      };
      const gate = createCapacityGate(limits, unpunctual);
      let lastMs = 0;
      for (let request = 0; request < 60; request++) {
        gate.admit((slot) =>
          slot.finish(() => {
            lastMs = clock.monotonicMs();
          }),
        );
      }
      await clock.advance(2_000);
      expect(gate.waiting + gate.running).toBe(0);
      // 60 requests of 20 ms on two slots.
      expect(lastMs).toBeGreaterThanOrEqual(600 - 0.3);
      expect(lastMs).toBeLessThanOrEqual(600 + 15);
    },
  );

  test('answers everything it takes in, once, in order, and never faster than its capacity', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 60 })), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (requests, concurrency) => {
          const clock = new ManualClock();
          const gate = createCapacityGate({ serviceTimeMs: 20, concurrency, queue: 10 }, clock);
          const started: number[] = [];
          const answered = new Set<number>();
          let taken = 0;
          for (const [index, [pauseMs, inferenceMs]] of requests.entries()) {
            await clock.advance(pauseMs);
            const admitted = gate.admit((slot) => {
              started.push(index);
              clock.after(inferenceMs, () => slot.finish(() => answered.add(index)));
            });
            if (admitted) taken += 1;
            expect(gate.running).toBeLessThanOrEqual(concurrency);
            expect(gate.waiting).toBeLessThanOrEqual(10);
          }
          await clock.advance(10_000);
          expect(answered.size).toBe(taken);
          expect(started).toEqual([...started].sort((a, b) => a - b));
          expect([gate.running, gate.waiting]).toEqual([0, 0]);
        },
      ),
      { seed: 7, numRuns: 30 },
    );
  });
});

function clockOf(clock: ManualClock) {
  return { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() };
}
