import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { Instance } from '../../../src/localcloud/instances/instance.ts';
import { chooseInstance, chooseRoute, type Route } from '../../../src/localcloud/runtime/router.ts';

const instance = (outstanding: number) => ({ outstanding }) as Instance;

const route = (variantName: string, weight: number, instances: Instance[] = []): Route => ({
  variantName,
  weight,
  strategy: 'RANDOM',
  instances,
});

describe('the router', () => {
  test('shares requests between variants by weight', () => {
    const random = createRandom(1);
    const routes = [route('a', 1), route('b', 3), route('c', 0)];
    const counts: Record<string, number> = {};
    for (let request = 0; request < 10_000; request++) {
      const name = chooseRoute(routes, undefined, 'e', random)!.variantName;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts['a']! / 10_000).toBeCloseTo(0.25, 1);
    expect(counts['b']! / 10_000).toBeCloseTo(0.75, 1);
    expect(counts['c']).toBeUndefined();
  });

  test('knows no way where no variant has weight', () => {
    expect(chooseRoute([route('a', 0), route('b', 0)], undefined, 'e', createRandom(1))).toBeUndefined();
  });

  test('sends a request where it asks to go, whatever the weights', () => {
    const routes = [route('a', 1), route('b', 0)];
    expect(chooseRoute(routes, 'b', 'e', createRandom(1))?.variantName).toBe('b');
    expect(() => chooseRoute(routes, 'c', 'e', createRandom(1))).toThrow('Variant c does not exist');
  });

  test('spreads requests at random over instances, the same way for the same seed', () => {
    const instances = [instance(9), instance(0), instance(0)];
    const picks = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 300 }, () =>
        instances.indexOf(chooseInstance(route('a', 1, instances), random)!),
      );
    };
    expect(picks(5)).toEqual(picks(5));
    for (const index of [0, 1, 2])
      expect(picks(5).filter((pick) => pick === index).length).toBeGreaterThan(70);
  });

  test('with least outstanding requests, picks among the idlest', () => {
    const instances = [instance(2), instance(1), instance(1)];
    const least: Route = { ...route('a', 1, instances), strategy: 'LEAST_OUTSTANDING_REQUESTS' };
    const random = createRandom(3);
    const picked = new Set(
      Array.from({ length: 50 }, () => instances.indexOf(chooseInstance(least, random)!)),
    );
    expect(picked).toEqual(new Set([1, 2]));
  });

  test('has nobody to send to where nothing serves', () => {
    expect(chooseInstance(route('a', 1), createRandom(1))).toBeUndefined();
  });
});
