import { type Measured, measure, type Window } from './measure.ts';
import type { Origin } from './origin.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { Job, Kind, Tool } from './tools/tool.ts';

/** One thing to measure, again and again. */
export interface Case {
  tool: Tool;
  kind: Kind;
  connections: number;
}

/** By case, what each round measured; undefined where a round failed. */
export type Rounds = Map<string, (Measured | undefined)[]>;

function caseName({ tool, kind, connections }: Case): string {
  return nameOf(tool.name, kind, connections);
}

export function nameOf(tool: string, kind: Kind, connections: number): string {
  return `${tool}, ${kind}, ${connections}`;
}

/**
 * All cases in turn, round by round: what else the machine does then falls on all alike, and a figure of a round is
 * compared with another of the same round.
 */
export async function measureRounds(
  cases: readonly Case[],
  rounds: number,
  window: Window,
  origin: Origin,
  files: Pick<Job, 'bodyFile' | 'caFile' | 'folder'>,
): Promise<Rounds> {
  const measured: Rounds = new Map(cases.map((each) => [caseName(each), []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of cases) {
      const { tool, kind, connections } = each;
      const job: Job = { ...files, kind, url: origin.urlFor(kind), connections };
      const result = await measure(tool, job, origin, window).catch((error: Error) => {
        console.error(`  ${caseName(each)}: ${error.message}`);
        return undefined;
      });
      measured.get(caseName(each))!.push(result);
      if (result !== undefined) {
        console.log(
          `  ${round + 1}/${rounds} ${caseName(each).padEnd(40)} ${result.cpuUsPerRequest.toFixed(2).padStart(8)} µs ${result.rateRps.toFixed(0).padStart(7)}/s ${Math.round(result.residentKb / 1_024)} MB`,
        );
      }
    }
  }
  return measured;
}

export function spreadIn(
  rounds: Rounds,
  name: string,
  value: (measured: Measured) => number,
): Spread | undefined {
  const values = (rounds.get(name) ?? []).flatMap((measured) => (measured ? [value(measured)] : []));
  return values.length === 0 ? undefined : spreadOf(values);
}

/** CPU time a request of `name` over that of `base`, round by round. */
export function ratioIn(rounds: Rounds, name: string, base: string): Spread | undefined {
  const bases = rounds.get(base) ?? [];
  const ratios = (rounds.get(name) ?? []).flatMap((measured, round) => {
    const other = bases[round];
    return measured && other ? [measured.cpuUsPerRequest / other.cpuUsPerRequest] : [];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}
