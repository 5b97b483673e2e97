import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Performer, PerformerOwner, Preparer } from '../../../src/load/executors/performer.ts';
import { PerformerPool } from '../../../src/load/executors/performer-pool.ts';
import { createTimerWheel } from '../../../src/load/transport/exchange/timer-wheel.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { refusal } from '../support/hand-connection.ts';

/** A performer whose every event a test brings about by hand. */
class HandPerformer implements Performer {
  ready = false;
  doing: 'nothing' | 'preparing' | 'performing' = 'nothing';
  readonly #owner: PerformerOwner;
  readonly #begun: number[];
  #preparer: Preparer | undefined;

  constructor(owner: PerformerOwner, begun: number[]) {
    this.#owner = owner;
    this.#begun = begun;
  }

  prepare(preparer: Preparer): void {
    this.#change('nothing', 'preparing');
    this.#preparer = preparer;
  }

  begin(start: { intendedMs: number }, _: number, payload: string | null): void {
    this.#change('nothing', 'performing');
    expect(this.ready).toBe(true);
    expect(payload).toBe(String(start.intendedMs));
    this.#begun.push(start.intendedMs);
  }

  prepared(ready: boolean): void {
    this.#change('preparing', 'nothing');
    this.ready = ready;
    if (ready) this.#preparer!.prepared(0);
    else this.#preparer!.unprepared(0, refusal);
  }

  ends(): void {
    this.#change('performing', 'nothing');
    this.#owner.ended(0, false);
  }

  halt(): void {}
  destroy(): void {
    this.ready = false;
    this.doing = 'nothing';
  }
  abandon(): void {
    this.destroy();
  }

  #change(from: HandPerformer['doing'], to: HandPerformer['doing']): void {
    expect(this.doing).toBe(from);
    this.doing = to;
  }
}

function world(places: number) {
  const clock = new ManualClock();
  const performers: HandPerformer[] = [];
  const begun: number[] = [];
  /** By what became of them, the arrivals that never began. */
  const never: Record<'failed' | 'starved' | 'dropped', number[]> = { failed: [], starved: [], dropped: [] };
  const pool = new PerformerPool({
    places,
    timeoutMs: 1_000,
    wheel: createTimerWheel(clock, 10),
    waitingChanged() {},
    ended() {},
    iterations: {
      books: {
        failedUnsent: ({ intendedMs }) => void never.failed.push(intendedMs),
        starved: ({ intendedMs }) => void never.starved.push(intendedMs),
        dropped: ({ intendedMs }) => void never.dropped.push(intendedMs),
        droppedUntaken() {},
      },
      createPerformer: (owner) => {
        const performer = new HandPerformer(owner, begun);
        performers.push(performer);
        return performer;
      },
    },
  });
  let arrivals = 0;
  return {
    ...{ clock, performers, begun, never, pool },
    arrives: () => {
      arrivals++;
      pool.take(arrivals, clock.monotonicMs(), String(arrivals));
    },
    first: (doing: HandPerformer['doing']) => performers.find((performer) => performer.doing === doing),
    arrivals: () => arrivals,
  };
}

describe('the pool of performers', () => {
  it('lets each arrival begin once or counts why not, in order and never on too many places', async () => {
    const steps = ['arrives', 'prepared', 'unprepared', 'ends', 'ceases', 'waits'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.constantFrom(...steps), { maxLength: 80 }),
        async (places, order) => {
          const { clock, performers, begun, never, pool, arrives, first, arrivals } = world(places);
          const perform: Record<(typeof steps)[number], () => unknown> = {
            arrives,
            prepared: () => first('preparing')?.prepared(true),
            unprepared: () => first('preparing')?.prepared(false),
            ends: () => first('performing')?.ends(),
            ceases: () => {
              const resting = first('nothing');
              if (resting !== undefined) resting.ready = false;
            },
            waits: () => clock.advance(400),
          };
          for (const step of order) {
            await perform[step]();
            expect(performers.length).toBeLessThanOrEqual(places);
            const performing = performers.filter(({ doing }) => doing === 'performing').length;
            expect(pool.performing).toBe(performing);
            // Nobody waits beside a place that could be made ready.
            if (pool.waiting > performers.filter(({ doing }) => doing === 'preparing').length) {
              expect(performers.filter(({ doing }) => doing !== 'nothing')).toHaveLength(places);
            }
          }
          pool.stop();
          const all = [...begun, ...never.failed, ...never.starved, ...never.dropped];
          expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: arrivals() }, (_, i) => i + 1));
          expect(begun).toEqual(begun.toSorted((a, b) => a - b));
          expect(never.starved).toEqual(never.starved.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes the place used last first, so that those not needed can fall idle', () => {
    const { arrives, performers, first } = world(3);
    for (let arrived = 0; arrived < 3; arrived++) arrives();
    for (const performer of performers) performer.prepared(true);
    const [a, b, c] = performers;
    for (const performer of [a!, c!, b!]) performer.ends();
    arrives();
    expect(first('performing')).toBe(b);
  });

  it('gives an arrival in line the first place that comes free, not the one being prepared for it', () => {
    const { arrives, performers, begun } = world(2);
    arrives();
    performers[0]!.prepared(true);
    arrives();
    expect(performers[1]!.doing).toBe('preparing');
    performers[0]!.ends();
    expect(begun).toEqual([1, 2]);
    expect(performers[0]!.doing).toBe('performing');
    performers[1]!.prepared(true);
    expect(performers[1]!.doing).toBe('nothing');
  });
});
