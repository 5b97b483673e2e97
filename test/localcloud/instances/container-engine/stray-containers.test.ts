import { describe, expect, it } from 'vitest';
import { removeContainers } from '../../../../src/localcloud/instances/container-engine/stray-containers.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** An engine that lists what `listings` has, one after the other. */
async function sweep(listings: (string[] | 'fails')[]) {
  const removed: string[] = [];
  const filters = new Set<string | undefined>();
  const clock = new ManualClock();
  let looks = 0;
  let done = false;
  const sweeping = removeContainers(
    'mlbench.stand-in=mine',
    {
      async ask(...args) {
        filters.add(args.at(-1));
        const listing = listings[looks++] ?? [];
        return listing === 'fails'
          ? { code: 1, stdout: '', lastLines: [] }
          : { code: 0, stdout: listing.map((id) => `${id}\n`).join(''), lastLines: [] };
      },
      async remove(...ids) {
        removed.push(...ids);
      },
    },
    clock,
  ).then(() => {
    done = true;
  });
  while (!done) await clock.advance(500);
  await sweeping;
  return { removed, looks, filters: [...filters] };
}

describe('removing containers', () => {
  it('takes those with the label, and ends once none was found twice', async () => {
    expect(await sweep([['a', 'b'], []])).toEqual({
      removed: ['a', 'b'],
      looks: 3,
      filters: ['label=mlbench.stand-in=mine'],
    });
  });

  it('waits for one that was asked for before its caller died', async () => {
    expect(await sweep([[], ['late'], []])).toMatchObject({ removed: ['late'], looks: 4 });
  });

  it('looks again where the engine fails, but not for ever', async () => {
    expect(await sweep(['fails', ['a']])).toMatchObject({ removed: ['a'], looks: 4 });
    expect((await sweep(Array(100).fill('fails'))).looks).toBe(20);
  });
});
