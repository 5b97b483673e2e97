import { createRandom, randomSeed } from '../../../src/core/random.ts';

/**
 * All scenarios with `MLBENCH_TEST_FAULTS=all` (`npm run test:faults`); else `count` of them, drawn with
 * `MLBENCH_TEST_SEED` or a seed of its own, which is printed and part of the tests' names.
 */
export function sampled<Scenario>(
  scenarios: readonly Scenario[],
  count: number,
): { note: string; chosen: Scenario[] } {
  if (process.env['MLBENCH_TEST_FAULTS'] === 'all') return { note: 'all', chosen: [...scenarios] };
  const seed = Number(process.env['MLBENCH_TEST_SEED'] ?? randomSeed());
  const random = createRandom(seed);
  const left = scenarios.map((scenario, index) => ({ scenario, index, key: random.between(0, 1) }));
  const drawn = left.toSorted((a, b) => a.key - b.key).slice(0, count);
  const note = `${drawn.length} of ${scenarios.length}, MLBENCH_TEST_SEED=${seed}`;
  process.stdout.write(`scenarios: ${note}\n`);
  return {
    note,
    chosen: drawn.toSorted((a, b) => a.index - b.index).map(({ scenario }) => scenario),
  };
}
