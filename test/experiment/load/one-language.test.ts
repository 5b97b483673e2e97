import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../src/cli/options/settings.ts';
import { MlbenchError } from '../../../src/core/errors.ts';
import { fieldsOf } from '../../../src/core/options/fields.ts';
import { loadOptions } from '../../../src/experiment/load/load-options.ts';
import { planLoad } from '../../../src/experiment/load/load-plan.ts';
import { toLoadOptions } from '../../../src/experiment/load/to-load-options.ts';
import { simulateOptions } from '../../../src/experiment/simulation/simulate-options.ts';
import { baseSpec } from '../../../src/experiment/simulation/simulated-experiment.ts';
import { countOffered } from '../../../src/offered/intended-count.ts';
import { createLevelCurve } from '../../../src/offered/levels/level-curve.ts';
import { driveOf } from '../../../src/offered/offered-load.ts';
import type { SimulatedLoad } from '../../../src/offered/simulated-load.ts';
import { makeStateFolder, type StateFolder } from '../../commands/state-folder.ts';

let folder: StateFolder;
beforeAll(() => {
  folder = makeStateFolder();
});
afterAll(() => folder.dispose());

type Flags = Record<string, string>;
type Refusal = Pick<MlbenchError, 'code' | 'message' | 'remedy' | 'exitCode'>;

function sourcesOf(flags: Flags) {
  const texts = Object.fromEntries(Object.entries(flags).map(([key, text]) => [key, [text]]));
  return { flags: texts, environment: {}, config: {}, configFile: 'mlbench.config.json' };
}

async function refusalOr<Value>(action: () => Value | Promise<Value>): Promise<Value | Refusal> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof MlbenchError)) throw error;
    const { code, message, remedy, exitCode } = error;
    return { code, message, remedy, exitCode };
  }
}

/** What `mlbench load` makes of the flags, before anything is sent. */
const planned = (flags: Flags) =>
  refusalOr(() => {
    const settings = resolveSettings(loadOptions, sourcesOf({ ...flags, url: 'http://127.0.0.1:9/' }));
    return planLoad(toLoadOptions(settings), folder.context());
  });

/** What `mlbench simulate` makes of them. */
const simulated = (flags: Flags) =>
  refusalOr(() => {
    const settings = resolveSettings(simulateOptions, sourcesOf(flags));
    return baseSpec(fieldsOf(simulateOptions, settings), folder.context()).load;
  });

/** Refused alike, or the same load. @returns whether it was taken */
async function compare(flags: Flags): Promise<boolean> {
  const [load, simulation] = [await planned(flags), await simulated(flags)];
  if ('code' in load || 'code' in simulation) {
    expect(simulation).toEqual(load);
    expect(load).toMatchObject({ exitCode: 2 });
    return false;
  }
  sameLoad(load.plan, load.contents, simulation);
  return true;
}

function sameLoad(
  { offered, seed }: Exclude<Awaited<ReturnType<typeof planned>>, Refusal>['plan'],
  contents: Parameters<typeof countOffered>[2],
  { callers, levels }: SimulatedLoad,
): void {
  const drive = driveOf(offered);
  expect(callers.drivenBy).toBe(drive.drivenBy);
  const curve = createLevelCurve(levels);
  if (drive.drivenBy === 'users') {
    expect(levels).toEqual(drive.users.pieces);
    return;
  }
  if (drive.rate !== null) expect(levels).toEqual(drive.rate.pieces);
  // Up to the end and to its middle; not where a test would count for minutes.
  if (curve.total > 100_000) return;
  for (const endMs of [offered.durationMs, Math.floor(offered.durationMs / 2_000) * 1_000]) {
    const span = { warmupMs: 0, endMs };
    const { arrivals } = countOffered(offered, { seed, maxRequests: null }, contents, span)!;
    const expected = curve.upTo(drive.finite && endMs === offered.durationMs ? curve.endMs : endMs);
    const chance = drive.spacing === 'poisson' ? 6 * Math.sqrt(expected + 1) + 3 : 1.001;
    expect(Math.abs(arrivals - expected)).toBeLessThanOrEqual(chance);
  }
}

const durations = ['0s', '1ms', '250ms', '20', '1m', '1h', '36d', '-1s', 'soon'];
const levels = ['0', '0.5', '5', '60000', '60001', '1000001', '-1', 'x'];
const oneOf = (texts: readonly string[]) => fc.constantFrom(...texts);
const blank = oneOf(['', ' ']);
const stage = fc.tuple(blank, oneOf(durations), blank, oneOf(levels), blank).map((parts) => {
  const [a, duration, b, level, c] = parts;
  return `${a}${duration}${b}:${b}${level}${c}`;
});
const flags = {
  users: oneOf(['1', '7', '60000', '60001', '0', '1.5']),
  rate: oneOf(['0', '0.0001', '0.3', '50', '1000000', '1000001', '-1']),
  arrivals: oneOf(['constant', 'poisson', 'often']),
  stages: fc.array(stage, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(',')),
  ramp: oneOf(['10', '0.1', '30s', '2h', '0']),
  wait: oneOf(['none', 'constant:1s', 'between:1s,3s', 'pacing:1s', 'throughput:2', 'nap:1s', 'pacing:0s']),
  duration: oneOf(durations),
  seed: oneOf(['0', '1', '2', '3', '4']),
};
// Most of what chance puts together contradicts itself.
const flagSets: fc.Arbitrary<Flags> = fc
  .subarray(Object.keys(flags) as (keyof typeof flags)[], { maxLength: 4 })
  .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, flags[key]]))));

const stamps = [
  ...['0', '0.5', '3', '12.25', '3e6', '3024000', '-1'],
  ...['1735689600', '1735689600.5', '1735689601', '1735689600500', '1735689612000'],
  ...['2025-01-01T00:00:00Z', '2025-01-01T00:00:01Z', '2025-01-01T01:00:02+01:00', '2025-01-01T00:00:03'],
  ...['"4"', 'timestamp', '# a remark', ''],
];
const lines = fc.oneof(
  { weight: 2, arbitrary: fc.array(oneOf(stamps), { minLength: 1, maxLength: 5 }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0, 1_735_689_600_000),
        fc.boolean(),
      )
      .map(([ms, startMs, inMs]) => {
        const sorted = ms.toSorted((a, b) => a - b);
        return sorted.map((at) =>
          inMs && startMs > 0 ? String(startMs + at) : String((startMs + at) / 1_000),
        );
      }),
  },
);

describe('load and simulate', () => {
  it('take or refuse the same flags, with the same words, and mean the same by them', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(flagSets, async (given) => {
        if (await compare(given)) taken++;
      }),
      { numRuns: 600, seed: 9 },
    );
    // So that the comparison is not one of refusals alone.
    expect(taken).toBeGreaterThan(60);
  });

  it('take or refuse the same traces, with the same words, and mean the same by them', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.option(oneOf(['1ms', '1s', '20s', '1h']), { nil: undefined }),
        async (text, duration) => {
          const trace = join(folder.path, 'trace.csv');
          writeFileSync(trace, text.join('\n'));
          if (await compare({ trace, ...(duration === undefined ? {} : { duration }) })) taken++;
        },
      ),
      { numRuns: 200, seed: 10 },
    );
    expect(taken).toBeGreaterThan(60);
  });
});
