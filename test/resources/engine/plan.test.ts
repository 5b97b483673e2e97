import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceEngine } from '../../../src/resources/engine/engine.ts';
import { ensureAll } from '../../../src/resources/engine/ensure-all.ts';
import { type PlannedResource, planAll, planRemovals } from '../../../src/resources/engine/plan.ts';
import { removeAll } from '../../../src/resources/engine/remove-all.ts';
import { type Declared, declare, type ResourceKind } from '../../../src/resources/engine/resource.ts';
import {
  type ContentCloud,
  contentKind,
  engineOn,
  experiment,
  MortalProcess,
  memoryLedger,
  someClients,
} from '../fake-cloud.ts';

const place = { accountId: '000000000000', region: 'us-east-1', partition: 'aws' };

/** One resource of an experiment: what it needs, and what it was told to be. */
interface Wish {
  needs: number[];
  name: string;
  content: string;
  /** Its name depends on the content of what it needs, as that of a model does; else its content on their ids. */
  namedByNeeds: boolean;
}

function setUp(size: number) {
  const cloud: ContentCloud = new Map();
  const kinds = Array.from({ length: size }, (_, index) => contentKind(`kind-${index}`, cloud));
  const mortal = new MortalProcess();
  const engine: ResourceEngine = { ...engineOn(memoryLedger(() => mortal)), clients: someClients };
  return { cloud, kinds, engine };
}

function declareWishes(kinds: ReturnType<typeof setUp>['kinds'], wishes: readonly Wish[]): Declared[] {
  const declared: Declared[] = [];
  for (const [index, wish] of wishes.entries()) {
    const needs = wish.needs.filter((need) => need < declared.length);
    const inputs = Object.fromEntries(needs.map((need) => [`n${need}`, declared[need] as Declared]));
    const made = declare(kinds[index] as ResourceKind<unknown, unknown>, inputs, (states) => {
      const known = Object.values(states) as { content: string; id: string }[];
      return wish.namedByNeeds
        ? { name: [wish.name, ...known.map(toldContent)].join('.'), content: wish.content }
        : { name: wish.name, content: [wish.content, ...known.map(({ id }) => id)].join(' ') };
    });
    declared.push(made);
  }
  return declared;
}

/** A name is made of what is known beforehand, never of what the cloud chose. */
function toldContent({ content }: { content: string }): string | undefined {
  return content.split(' ', 1)[0];
}

/** As `up` does it: first what is wanted, then what is not wanted any more. */
async function bringAbout(
  declared: readonly Declared[],
  kinds: ReturnType<typeof setUp>['kinds'],
  engine: ResourceEngine,
) {
  const ensured = [...(await ensureAll(declared, engine)).values()];
  const { removed } = await removeAll(
    kinds,
    engine,
    (record) => !ensured.some(({ kind, name }) => kind === record.kind && name === record.name),
  );
  return [
    ...ensured.map(({ kind, name, outcome }) => ({ kind, name, outcome })),
    ...removed.map(({ kind, name }) => ({ kind, name, outcome: 'removed' })),
  ];
}

async function plan(declared: readonly Declared[], engine: ResourceEngine): Promise<PlannedResource[]> {
  const planned = await planAll(declared, place, engine);
  return [...planned, ...planRemovals(planned, engine.records.list())];
}

const outcomeOf = { create: 'created', change: 'updated', keep: 'unchanged', remove: 'removed' };

const byName = (a: { kind: string; name: string }, b: { kind: string; name: string }) =>
  `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`);

describe('a plan', () => {
  it('says what up then does, whatever was there and whatever happened to it meanwhile', async () => {
    const wish = fc.record({
      needs: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
      name: fc.constantFrom('a', 'b'),
      content: fc.constantFrom('x', 'y'),
      namedByNeeds: fc.boolean(),
    });
    const meddling = fc.option(
      fc.record({ at: fc.nat({ max: 9 }), what: fc.constantFrom('deleted', 'altered') }),
    );
    const history = fc.array(
      fc.record({ wishes: fc.array(wish, { minLength: 1, maxLength: 5 }), meddling }),
      {
        minLength: 2,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(history, async (ups) => {
        const { cloud, kinds, engine } = setUp(5);
        for (const { wishes, meddling: meddled } of ups) {
          const declared = declareWishes(kinds, wishes);
          const before = JSON.stringify([[...cloud], engine.records.list()]);
          const planned = await plan(declared, engine);
          expect(JSON.stringify([[...cloud], engine.records.list()]), 'nothing was changed').toBe(before);
          const done = await bringAbout(declared, kinds, engine);
          const said = planned.map(({ kind, name, action }) => ({ kind, name, outcome: outcomeOf[action] }));
          expect(said.sort(byName)).toEqual(done.sort(byName));
          for (const { action, differences } of planned)
            expect(differences.length > 0, 'differences are told of changes alone').toBe(action === 'change');
          const key = meddled && [...cloud.keys()][meddled.at];
          const victim = key ? cloud.get(key) : undefined;
          if (key && victim && meddled?.what === 'deleted') cloud.delete(key);
          if (victim && meddled?.what === 'altered') victim.content = 'by somebody else';
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('names each after what it needs, with every difference', async () => {
    const { kinds, engine } = setUp(2);
    const wish: Wish = { needs: [], name: 'a', content: 'x', namedByNeeds: false };
    const wishes = (content: string) => [
      { ...wish, content },
      { ...wish, needs: [0] },
    ];
    await bringAbout(declareWishes(kinds, wishes('x')), kinds, engine);
    const declared = declareWishes(kinds, wishes('y'));
    expect(await plan(declared.toReversed(), engine)).toMatchObject([
      { kind: 'kind-0', action: 'change', differences: ['content x → y'] },
      { kind: 'kind-1', action: 'keep', differences: [] },
    ]);
  });

  it('shows the document of a kind that has one', async () => {
    const { kinds, engine } = setUp(2);
    const wish: Wish = { needs: [], name: 'a', content: 'x', namedByNeeds: false };
    const [first, second] = await plan(declareWishes(kinds, [wish, wish]), engine);
    expect(first?.document).toEqual({ name: 'a', content: 'x' });
    expect(second).not.toHaveProperty('document');
  });

  it("refuses a stranger's resource as up would", async () => {
    const { cloud, kinds, engine } = setUp(1);
    const wish: Wish = { needs: [], name: 'a', content: 'x', namedByNeeds: false };
    cloud.set('kind-0:a', { content: 'x', id: 'theirs', owner: 'another' });
    const declared = declareWishes(kinds, [wish]);
    await expect(plan(declared, engine)).rejects.toMatchObject({ code: 'not-ours' });
    await expect(ensureAll(declared, engine)).rejects.toMatchObject({ code: 'not-ours' });
    cloud.set('kind-0:a', { content: 'x', id: 'ours', owner: experiment });
    expect(await plan(declared, engine)).toMatchObject([{ action: 'keep' }]);
  });

  it('would make everything where there is no cloud yet, but for what this machine runs', async () => {
    const { cloud, kinds, engine } = setUp(2);
    for (const kind of ['kind-0', 'kind-1'])
      cloud.set(`${kind}:a`, { content: 'x', id: 'i', owner: experiment });
    kinds[1] = { ...kinds[1]!, onThisMachine: true };
    const wish: Wish = { needs: [], name: 'a', content: 'x', namedByNeeds: false };
    const planned = await plan(declareWishes(kinds, [wish, wish]), { ...engine, clients: null });
    expect(planned.map(({ action }) => action)).toEqual(['create', 'keep']);
  });
});
