import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wholeSchedule } from '../../src/offered/arrivals/arrivals.ts';
import { checkLoad, drawSeed } from '../../src/offered/check-load.ts';
import { loadFromFlags, namesLoad } from '../../src/offered/from-flags.ts';
import { driveOf, loadSchema, type OfferedLoad, steer } from '../../src/offered/offered-load.ts';
import type { LoadFlags } from '../../src/offered/options.ts';
import { callersOf, pacedRateRps } from '../../src/offered/simulated-load.ts';
import type { SteeringCommand } from '../../src/offered/steering.ts';
import { parseWait } from '../../src/offered/waits/waits.ts';
import { refusalOf } from '../support/refusal-of.ts';
import { openArrivals } from './open-arrivals.ts';

const loadOf = (flags: LoadFlags) => loadFromFlags(flags).load;
const poisson = (rateRps: number, durationMs: number) => loadOf({ rateRps, arrivals: 'poisson', durationMs });

describe('the rate that one user wants', () => {
  it.each<[LoadFlags, number | null]>([
    [{ users: 7, wait: parseWait('pacing:500ms', '--wait') }, 2],
    [{ users: 7, wait: parseWait('between:1s,3s', '--wait') }, null],
    [{ users: 7, wait: parseWait('none', '--wait') }, null],
    [{ rateRps: 5 }, null],
  ])('is known where the wait is a pace: %j', (flags, rateRps) => {
    expect(pacedRateRps(callersOf(driveOf(loadOf(flags))))).toBe(rateRps);
  });
});

describe('the load that flags describe', () => {
  it.each<[LoadFlags, object]>([
    [{}, { model: 'closed', users: 50, ramp: { kind: 'over', durationMs: 30_000 }, durationMs: 300_000 }],
    [
      { users: 7, stages: [{ durationMs: 5, level: 9 }] },
      { model: 'closed', users: 7, durationMs: 5 },
    ],
    [{ stages: [{ durationMs: 5, level: 9 }] }, { model: 'open', rateRps: 0, durationMs: 5 }],
    [
      { rateRps: 5, stages: [{ durationMs: 5, level: 0 }] },
      { model: 'open', rateRps: 5 },
    ],
    [{ rateRps: 5 }, { model: 'open', arrivals: 'constant', durationMs: 300_000 }],
    [
      { rateRps: 100, maxRequests: 100 },
      { model: 'open', durationMs: 5_000 },
    ],
  ])('%j', (flags, expected) => {
    expect(loadOf(flags)).toMatchObject(expected);
  });

  it('with a number of requests and users lasts as long as those take', () => {
    const none = { wait: parseWait('none', '--wait') };
    const atOnce = { kind: 'over', durationMs: 0 };
    expect(loadOf({ ...none, maxRequests: 1_000 })).toMatchObject({ durationMs: 86_400_000, ramp: atOnce });
    // 50 users of one request a second: 2,000 s at the least.
    expect(loadOf({ maxRequests: 100_000 })).toMatchObject({ ramp: { durationMs: 30_000 } });
    expect(loadOf({ maxRequests: 500 })).toMatchObject({ ramp: { durationMs: 1_000 } });
    expect(loadOf({ maxRequests: 500, durationMs: 60_000 })).toMatchObject({
      durationMs: 60_000,
      ramp: { durationMs: 6_000 },
    });
    expect(loadOf({})).toMatchObject({ durationMs: 300_000, ramp: { durationMs: 30_000 } });
  });

  it('is named by what names a model, or claims to', () => {
    expect(namesLoad({ durationMs: 5, wait: { kind: 'none' } })).toBe(false);
    expect(namesLoad({ stages: [] })).toBe(true);
    expect(namesLoad({ users: 1 })).toBe(true);
  });

  it.each<[LoadFlags, string]>([
    [{ users: 5, rateRps: 5 }, '--users 5 and --rate 5 are different loads'],
    [{ rateRps: 5, traceFile: 't' }, '--rate 5 and --trace t are different loads'],
    [{ rateRps: 5, wait: { kind: 'none' } }, '--wait has no place here: arrivals know no users'],
    [{ stages: [{ durationMs: 5, level: 9 }], durationMs: 9 }, '--duration has no place here'],
    [{ traceFile: 't', arrivals: 'poisson' }, '--arrivals has no place here'],
    [{ precise: true }, '--precise has no place here'],
    [{ rateRps: 0 }, '--rate 0 would never send'],
  ])('is refused where it contradicts itself: %j', (flags, message) => {
    const refusal = refusalOf(() => loadFromFlags(flags));
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).toContain(message);
  });
});

describe('a load that sends nothing', () => {
  it.each<[string, LoadFlags]>([
    ['stages that stay at 0', { stages: [{ durationMs: 60_000, level: 0 }] }],
    ['users in stages that stay at 0', { rateRps: 0, stages: [{ durationMs: 60_000, level: 0 }] }],
    [
      'a Poisson process that hardly ever has an arrival',
      { rateRps: 1e-6, arrivals: 'poisson', durationMs: 1_000 },
    ],
  ])('is refused: %s', (_, flags) => {
    expect(refusalOf(() => checkLoad(loadOf(flags)))).toMatchObject({ code: 'sends-nothing', exitCode: 2 });
  });

  it('is none where chance decides and nobody has said the seed: one is drawn under which something is sent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 1_000 }),
        fc.integer({ min: 0, max: 1e6 }),
        (milli, firstSeed) => {
          const load = poisson(milli / 1_000, 1_000);
          expect(() => checkLoad(load)).not.toThrow();
          let next = firstSeed;
          const seed = drawSeed(load, () => next++);
          expect(() => checkLoad(load, seed)).not.toThrow();
          const source = openArrivals(load, { seed, maxRequests: null }, wholeSchedule, {});
          expect(source.nextMs).toBeLessThan(1_000);
        },
      ),
    );
  });

  it('is known by its seed where one was said', () => {
    const load = poisson(0.5, 1_000);
    let refused = 0;
    for (let seed = 0; seed < 1_000; seed++) {
      const source = openArrivals(load, { seed, maxRequests: null }, wholeSchedule, {});
      const sends = source.nextMs !== Number.POSITIVE_INFINITY;
      if (sends) expect(() => checkLoad(load, seed)).not.toThrow();
      else expect(refusalOf(() => checkLoad(load, seed)).message).toContain(`--seed ${seed}`);
      refused += sends ? 0 : 1;
    }
    // 1,000 e^(−1/2), give or take four deviations.
    expect(Math.abs(refused - 607)).toBeLessThan(62);
  });

  it('is none evenly spaced, however low the rate: the first arrival comes at once', () => {
    expect(() => checkLoad(loadOf({ rateRps: 1e-6, durationMs: 1_000 }))).not.toThrow();
  });
});

describe('the bounds', () => {
  it.each<[LoadFlags, string]>([
    [{ users: 1, stages: [{ durationMs: 60_000, level: 60_001 }] }, 'too-many-users'],
    [{ stages: [{ durationMs: 60_000, level: 1_000_001 }] }, 'too-high-a-rate'],
    [{ users: 1, durationMs: 36 * 86_400_000 }, 'too-long'],
    [{ rateRps: 1, durationMs: 36 * 86_400_000 }, 'too-long'],
  ])('refuse %j', (flags, code) => {
    expect(refusalOf(() => checkLoad(loadOf(flags)))).toMatchObject({ code, exitCode: 2 });
  });
});

describe('a load on record', () => {
  const schema = loadSchema(z);
  const flags: LoadFlags[] = [
    { users: 5, wait: { kind: 'between', lowMs: 1, highMs: 3 } },
    { users: 5, stages: [{ durationMs: 60_000, level: 3 }] },
    { rateRps: 5, arrivals: 'poisson' },
    { stages: [{ durationMs: 60_000, level: 3 }] },
  ];
  const commands: SteeringCommand[] = [
    { type: 'level', level: 3 },
    { type: 'offset', offset: 7 },
    { type: 'pause' },
    { type: 'resume' },
  ];

  it('comes back as it was, changes included', () => {
    for (const given of flags) {
      const plan = loadOf(given);
      const changed = commands.reduce<OfferedLoad>(
        (load, command, at) => steer(load, command, 1_000 * at),
        plan,
      );
      for (const load of [plan, changed])
        expect(schema.parse(JSON.parse(JSON.stringify(load)))).toEqual(load);
    }
  });

  it('of an older version is read still', () => {
    const old = { model: 'trace', file: '/data/monday.csv', arrivals: 600, durationMs: 60_000 };
    const load = schema.parse(old);
    expect(load).toEqual(old);
    expect(driveOf(load)).toMatchObject({ drivenBy: 'arrivals', finite: true });
    expect(schema.safeParse({ ...old, model: 'tide' }).success).toBe(false);
    expect(schema.safeParse({ model: 'open', rateRps: '5' }).success).toBe(false);
  });
});
