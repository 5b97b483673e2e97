import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveUpSettings } from '../../../src/experiment/settings/resolve-settings.ts';
import { standInSettings } from '../../../src/experiment/settings/stand-in-options.ts';
import { defaultUpSettings, readUpSettings } from '../../../src/experiment/settings/up-settings.ts';
import { decideStandIn } from '../../../src/experiment/targets/local/stand-in.ts';
import { defaultStandInOptions, overStandIn, type StandInOptions } from '../../../src/localcloud/options.ts';
import type { StandIn } from '../../../src/localcloud/process.ts';

const fresh = defaultUpSettings('mlbench');
const capacity = { serviceTimeMs: 7, concurrency: 3, queue: 9 };

/** Each option by its key, a value for it, and what of the options it names. */
const flags = [
  ['timeScale', 5, { timeScale: 5 }],
  ['createTime', 1_000, { createTimeMs: 1_000 }],
  ['provisionTime', 2_000, { provisionTimeMs: 2_000 }],
  ['metricDelay', 3_000, { metricDelayMs: 3_000 }],
  ['instanceQuota', 4, { instanceQuota: 4 }],
  ['port', 5_000, { port: 5_000 }],
  ['localRuntime', 'docker', { runtime: 'docker' }],
  ['serviceTime', null, { capacity: { serviceTimeMs: null } }],
  ['concurrency', 2, { capacity: { concurrency: 2 } }],
  ['queue', 0, { capacity: { queue: 0 } }],
] as const;

describe('an option of the stand-in', () => {
  it.each(flags)('names itself and nothing else: %s', (key, value, named) => {
    expect(standInSettings({ [key]: value })).toEqual(named);
  });

  it('that nobody named is not there', () => {
    expect(standInSettings({})).toBeUndefined();
  });

  it.each(flags)('leaves the others as the experiment has them: %s', (key, value, named) => {
    const standIn = { ...defaultStandInOptions, capacity, port: 1, timeScale: 2, instanceQuota: 7 };
    const settings = resolveUpSettings(
      { standIn: standInSettings({ [key]: value })! },
      { ...fresh, standIn },
    );
    expect(settings.standIn).toEqual(
      'capacity' in named
        ? { ...standIn, capacity: { ...capacity, ...named.capacity } }
        : { ...standIn, ...named },
    );
  });

  it.each(flags)('comes back from the ledger alone: %s', (_, __, named) => {
    const settings = { ...fresh, standIn: named };
    expect(readUpSettings(JSON.parse(JSON.stringify(settings)), 'ledger.json')).toEqual(settings);
  });

  it('of capacity that was named by an earlier up still holds after another was named', () => {
    const first = resolveUpSettings({ standIn: standInSettings({ serviceTime: 50 })! }, fresh);
    const second = resolveUpSettings({ standIn: standInSettings({ queue: 1 })! }, first);
    expect(decideStandIn(second, {}, undefined, 'eu-west-1')).toEqual({
      ...defaultStandInOptions,
      capacity: { serviceTimeMs: 50, concurrency: null, queue: 1 },
      region: 'eu-west-1',
    });
  });

  it('is compared alone with the stand-in that runs', () => {
    const running = standInWith({ ...defaultStandInOptions, capacity });
    const decide = (settings: Parameters<typeof standInSettings>[0]) =>
      decideStandIn(fresh, { standIn: standInSettings(settings)! }, running, 'us-east-1');
    expect(decide({ queue: 9 })).toEqual(running.options);
    expect(decide({ serviceTime: 7, concurrency: 3 })).toEqual(running.options);
    expect(() => decide({ queue: 8 })).toThrow(/--queue 9, not 8/);
    expect(() => decide({ serviceTime: 8, queue: 9 })).toThrow(/--service-time 7ms, not 8ms/);
  });
});

it('what is named twice counts as it was named last, whatever else is named', () => {
  const value = fc.record(
    {
      timeScale: fc.nat(),
      queue: fc.nat(),
      serviceTime: fc.option(fc.nat()),
      concurrency: fc.nat(),
      port: fc.nat(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(value, value, (first, last) => {
      const apart = overStandIn(
        overStandIn(defaultStandInOptions, standInSettings(first) ?? {}),
        standInSettings(last) ?? {},
      );
      expect(apart).toEqual(overStandIn(defaultStandInOptions, standInSettings({ ...first, ...last }) ?? {}));
    }),
  );
});

function standInWith(options: StandInOptions): StandIn {
  return {
    pid: 1,
    port: 1,
    url: 'http://127.0.0.1:1',
    options,
    startedBy: 'up',
    containers: null,
    ownerKey: { accessKeyId: 'MLBENCHOWNER', secretAccessKey: 'own' },
    healthy: true,
  };
}
