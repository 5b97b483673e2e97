import { createHash } from 'node:crypto';
import { randomSeed } from '../../../../src/core/random.ts';

type Titled<Scenario> = readonly [title: string, scenario: Scenario];

/**
 * All scenarios with `MLBENCH_TEST_FAULTS=all` (`npm run test:faults`), or a part of them with `MLBENCH_TEST_FAULTS=1/8`; else
 * `count` of them, drawn with `MLBENCH_TEST_SEED` or a seed of its own, which is printed and part of the tests' names. Each is
 * drawn by its own title: how often a command looks differs from run to run, and with it how many scenarios there are beside.
 */
export function sampled<Scenario>(
  scenarios: readonly Titled<Scenario>[],
  count: number,
): { note: string; chosen: Titled<Scenario>[] } {
  const wanted = process.env['MLBENCH_TEST_FAULTS'];
  if (wanted === 'all') return { note: 'all', chosen: [...scenarios] };
  if (wanted !== undefined) return { note: `part ${wanted}`, chosen: partOf(scenarios, wanted) };
  const seed = Number(process.env['MLBENCH_TEST_SEED'] ?? randomSeed());
  const left = scenarios.map((scenario, index) => ({ scenario, index, key: lot(`${seed} ${scenario[0]}`) }));
  const drawn = left.toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count);
  const note = `${drawn.length} of ${scenarios.length}, MLBENCH_TEST_SEED=${seed}`;
  process.stdout.write(`scenarios: ${note}\n`);
  return {
    note,
    chosen: drawn.toSorted((a, b) => a.index - b.index).map(({ scenario }) => scenario),
  };
}

/** Each scenario is in one part, and in the same at any time. */
function partOf<Scenario>(scenarios: readonly Titled<Scenario>[], wanted: string): Titled<Scenario>[] {
  const [part, parts] = /^(\d+)\/(\d+)$/.exec(wanted)?.slice(1).map(Number) ?? [];
  if (!part || !parts || part > parts) throw new Error(`MLBENCH_TEST_FAULTS is all or 1/8, not ${wanted}`);
  return scenarios.filter(([title]) => Number.parseInt(lot(title).slice(0, 8), 16) % parts === part - 1);
}

function lot(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
