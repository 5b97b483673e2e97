import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userError } from '../../../src/core/errors.ts';
import type { ResourceEngine } from '../../../src/resources/engine/engine.ts';
import { ensureAll } from '../../../src/resources/engine/ensure-all.ts';
import type { ResourceEvent } from '../../../src/resources/engine/events.ts';
import { removeAll } from '../../../src/resources/engine/remove-all.ts';
import type { CloudClients } from '../../../src/resources/sdk/clients.ts';
import { awsTraits } from '../../../src/resources/sdk/cloud-traits.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  declareGraph,
  engineOn,
  experiment,
  type FakeCloud,
  fakeKind,
  MortalProcess,
  memoryLedger,
} from '../fake-cloud.ts';

/** r0 ← r1 ← r2, and r3 on its own: a chain beside something independent. */
const chainAndLoner = [[], [0], [1], []];

function setUp(needs: number[][] = chainAndLoner, diesAtStep?: number) {
  const world = { mortal: new MortalProcess(diesAtStep) };
  const cloud: FakeCloud = new Map();
  const events: ResourceEvent[] = [];
  const kinds = needs.map((_, index) => fakeKind(`kind-${index}`, cloud, () => world.mortal));
  const store = memoryLedger(() => world.mortal);
  return {
    world,
    cloud,
    events,
    kinds,
    declared: declareGraph(kinds, needs),
    engine: engineOn(store, events),
  };
}

describe('ensuring', () => {
  it('makes each resource after what it needs, and records them in that order', async () => {
    const { declared, engine, cloud } = setUp();
    await ensureAll(declared, engine);
    expect(cloud.size).toBe(4);
    const recorded = engine.records.list().map(({ name, state }) => `${name} ${state}`);
    expect(recorded.filter((line) => !line.startsWith('r3'))).toEqual([
      'r0 present',
      'r1 present',
      'r2 present',
    ]);
    expect(recorded).toContain('r3 present');
  });

  it('tells when each starts and how it ends', async () => {
    const { declared, engine, events } = setUp([[]]);
    await ensureAll(declared, engine);
    await ensureAll(declared, engine);
    expect(events.map((event) => (event.type === 'resource-done' ? event.outcome : event.type))).toEqual([
      'resource-started',
      'created',
      'resource-started',
      'unchanged',
    ]);
  });

  it("refuses somebody else's resource and keeps it off the record", async () => {
    const { declared, engine, cloud } = setUp([[]]);
    cloud.set('kind-0:r0', 'another');
    await expect(ensureAll(declared, engine)).rejects.toThrow(
      'kind-0 "r0" exists already and belongs to the experiment "another", not to the experiment "under-test"',
    );
    expect(engine.records.list()).toEqual([]);
  });

  it('refuses what a stranger made between the intent and an up that resumes', async () => {
    const { declared, engine, cloud } = setUp([[]]);
    cloud.set('kind-0:r0', 'another');
    engine.records.intend('kind-0', { name: 'r0' }, new Set());
    await expect(ensureAll(declared, engine)).rejects.toThrow('belongs to the experiment "another"');
  });

  it('adopts its own resource that a lost ledger forgot', async () => {
    const { declared, engine, cloud } = setUp([[]]);
    cloud.set('kind-0:r0', experiment);
    await ensureAll(declared, engine);
    expect(engine.records.list()).toMatchObject([{ name: 'r0', state: 'present' }]);
  });

  it('begins nothing that needs what failed', async () => {
    const { engine, cloud, world } = setUp();
    const failing = { ...fakeKind('failing', cloud, () => world.mortal) };
    failing.ensure = () => Promise.reject(new Error('quota'));
    const kinds = [failing, fakeKind('after', cloud, () => world.mortal)];
    await expect(ensureAll(declareGraph(kinds, [[], [0]]), engine)).rejects.toThrow('quota');
    expect([...cloud.keys()]).toEqual([]);
    expect(engine.records.list()).toMatchObject([{ kind: 'failing', state: 'intended' }]);
  });

  it('records a resource made later before those that depend on its kind', async () => {
    const { kinds, engine, cloud, world } = setUp([[], [0]]);
    await ensureAll(declareGraph(kinds, [[], [0]]), engine);
    const renamed = { ...kinds[0]!, identify: () => ({ name: 'newer' }) };
    renamed.ensure = async () => {
      world.mortal.step();
      cloud.set('kind-0:newer', experiment);
      return { outcome: 'created', state: { name: 'newer' } };
    };
    await ensureAll(declareGraph([renamed, kinds[1]!], [[], [0]]), engine);
    expect(engine.records.list().map(({ name }) => name)).toEqual(['r0', 'newer', 'r1']);
  });
});

describe('removing from AWS, which shows everything a little late', () => {
  const onAws = (engine: ResourceEngine, clock: ManualClock): ResourceEngine => ({
    ...engine,
    clock,
    clients: { traits: awsTraits } as CloudClients,
  });
  const advanceUntil = async <Result>(done: Promise<Result>, clock: ManualClock): Promise<Result> => {
    let ended = false;
    const settled = done.finally(() => {
      ended = true;
    });
    while (!ended) await clock.advance(1_000);
    return settled;
  };

  it('finds what was made just before the up was killed', async () => {
    const { kinds, engine, cloud } = setUp([[]]);
    const clock = new ManualClock();
    const [kind] = kinds;
    engine.records.intend('kind-0', { name: 'r0' }, new Set());
    clock.after(7_000, () => cloud.set('kind-0:r0', experiment));
    const { removed } = await advanceUntil(removeAll([kind!], onAws(engine, clock)), clock);
    expect([removed, cloud.size]).toEqual([[{ kind: 'kind-0', name: 'r0' }], 0]);
    expect(clock.nowMs()).toBeLessThan(20_000);
  });

  it('gives a minute to what is deleted and still to be seen', async () => {
    const { declared, kinds, engine, cloud } = setUp([[]]);
    await ensureAll(declared, engine);
    const clock = new ManualClock();
    const lagging = {
      ...kinds[0]!,
      async remove() {
        clock.after(12_000, () => cloud.delete('kind-0:r0'));
        return 'removed' as const;
      },
    };
    const { left } = await advanceUntil(removeAll([lagging], onAws(engine, clock)), clock);
    expect([left, cloud.size]).toEqual([[], 0]);
  });
});

describe('removing', () => {
  it('goes backwards and leaves nothing, in the cloud or on record', async () => {
    const { declared, kinds, engine, cloud } = setUp();
    await ensureAll(declared, engine);
    const { removed, left } = await removeAll(kinds, engine);
    const names = removed.map(({ name }) => name);
    expect(names.filter((name) => name !== 'r3')).toEqual(['r2', 'r1', 'r0']);
    expect(left).toEqual([]);
    expect(cloud.size).toBe(0);
    expect(engine.records.list()).toEqual([]);
  });

  it('goes on past a failure and keeps what is left on record', async () => {
    const { declared, kinds, engine, cloud, world } = setUp();
    await ensureAll(declared, engine);
    const cannotRemove = userError('denied', 'access denied', 'ask for it');
    kinds[1] = fakeKind('kind-1', cloud, () => world.mortal, { cannotRemove });
    const { left } = await removeAll(kinds, engine);
    expect(left).toEqual([{ kind: 'kind-1', name: 'r1', reason: 'access denied', remedy: 'ask for it' }]);
    expect([...cloud.keys()]).toEqual(['kind-1:r1']);
    expect(engine.records.list()).toMatchObject([{ name: 'r1', state: 'removing' }]);
  });

  it('takes for removed what is gone, though the call that removed it failed', async () => {
    const { declared, kinds, engine, cloud, world } = setUp([[]]);
    await ensureAll(declared, engine);
    kinds[0] = fakeKind('kind-0', cloud, () => world.mortal, { removesAndFails: new Error('not found') });
    expect(await removeAll(kinds, engine)).toMatchObject({ removed: [{ name: 'r0' }], left: [] });
    expect(engine.records.list()).toEqual([]);
  });

  it('does not believe a removal that its describe contradicts', async () => {
    const { declared, kinds, engine, cloud, world } = setUp([[]]);
    await ensureAll(declared, engine);
    kinds[0] = fakeKind('kind-0', cloud, () => world.mortal, { lies: true });
    const { left } = await removeAll(kinds, engine);
    expect(left).toMatchObject([{ name: 'r0', reason: 'kind-0 "r0" was deleted but is still there' }]);
  });

  it("keeps a stranger's resource that took the name", async () => {
    const { declared, kinds, engine, cloud } = setUp([[]]);
    await ensureAll(declared, engine);
    cloud.set('kind-0:r0', null);
    expect(await removeAll(kinds, engine)).toMatchObject({ kept: [{ name: 'r0' }], left: [] });
    expect(cloud.size).toBe(1);
    expect(engine.records.list()).toEqual([]);
  });

  it('calls nothing more once interrupted, and says what it did not reach', async () => {
    const { declared, kinds, engine, cloud } = setUp([[]]);
    await ensureAll(declared, engine);
    const { left } = await removeAll(kinds, { ...engine, signal: AbortSignal.abort() });
    expect(left).toMatchObject([{ kind: 'kind-0', name: 'r0', reason: 'not reached: interrupted' }]);
    expect(cloud.size).toBe(1);
  });

  it('says of a kind it does not know that it is left', async () => {
    const { declared, engine } = setUp([[]]);
    await ensureAll(declared, engine);
    const { left } = await removeAll([], engine);
    expect(left).toMatchObject([{ kind: 'kind-0', reason: expect.stringContaining('does not know') }]);
  });
});

describe('killed at any moment', () => {
  it('during up: down leaves nothing, and up completes', async () => {
    const whole = setUp();
    await ensureAll(whole.declared, whole.engine);
    for (let step = 0; step <= whole.world.mortal.steps; step++) {
      for (const next of ['down', 'up'] as const) {
        const { world, declared, kinds, engine, cloud } = setUp(chainAndLoner, step);
        await ensureAll(declared, engine).catch(() => {});
        world.mortal = new MortalProcess();
        if (next === 'up') {
          await ensureAll(declared, engine);
          expect(cloud.size, `killed at step ${step}`).toBe(4);
          expect(engine.records.list().every(({ state }) => state === 'present')).toBe(true);
        }
        const { left } = await removeAll(kinds, engine);
        expect({ left, cloud: [...cloud], records: engine.records.list() }, `killed at step ${step}`).toEqual(
          {
            left: [],
            cloud: [],
            records: [],
          },
        );
      }
    }
  });

  it('during down: the next down leaves nothing, the next up completes', async () => {
    for (let step = 0; step < 40; step++) {
      for (const next of ['down', 'up'] as const) {
        const { world, declared, kinds, engine, cloud } = setUp();
        await ensureAll(declared, engine);
        world.mortal = new MortalProcess(step);
        await removeAll(kinds, engine).catch(() => {});
        world.mortal = new MortalProcess();
        if (next === 'up') {
          await ensureAll(declared, engine);
          expect(cloud.size, `killed at step ${step}`).toBe(4);
        }
        await removeAll(kinds, engine);
        expect([...cloud], `killed at step ${step}`).toEqual([]);
        expect(engine.records.list()).toEqual([]);
      }
    }
  });

  it('again and again, whatever depends on what', async () => {
    const graph = fc
      .integer({ min: 1, max: 7 })
      .chain((size) =>
        fc.tuple(
          ...Array.from({ length: size }, (_, index) =>
            index === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat({ max: index - 1 }), { maxLength: 3 }),
          ),
        ),
      );
    const acts = fc.array(fc.record({ act: fc.constantFrom('up', 'down'), step: fc.nat({ max: 30 }) }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(graph, acts, async (needs, history) => {
        const { world, declared, kinds, engine, cloud } = setUp(needs as number[][]);
        for (const { act, step } of history) {
          world.mortal = new MortalProcess(step);
          await (act === 'up' ? ensureAll(declared, engine) : removeAll(kinds, engine)).catch(() => {});
        }
        world.mortal = new MortalProcess();
        // Nothing exists that the record does not know.
        const recorded = new Set(engine.records.list().map(({ kind, name }) => `${kind}:${name}`));
        expect([...cloud.keys()].filter((key) => !recorded.has(key))).toEqual([]);
        await removeAll(kinds, engine);
        expect([...cloud]).toEqual([]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
