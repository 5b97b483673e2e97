import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulateOutcome } from '../../src/commands/simulate.ts';
import { Workplace } from './command-line.ts';

const root = new URL('../../', import.meta.url);
const minuteMs = 60_000;

/** What docs/scaling.md says of its simulations: the minute at which each change is asked for, and to how many. */
const told: [command: string, changes: string][] = [
  ['--target-value 60 --metric-delay 180s', '6: 2, 48: 1'],
  ['--scale-out-cooldown 10s', '16: 14, 21: 20, 43: 14, 45: 10, 51: 14, 68: 1'],
  ['0s:150,5m:150,0s:50,45m:50 --max 8', '14: 3, 34: 1'],
  ['0s:6.6667,15m:6.6667', '6: 4, 15: 7, 41: 1'],
  ['--policy docs/examples/steps.json', '3: 4, 13: 5, 24: 3, 26: 2, 28: 1'],
  ['--scheduled-action docs/examples/morning.json', '45: 3, 64: 4'],
  ['--scale-in-cooldown 0s', '36: 3, 37: 2, 41: 3'],
  ['--users 10', '4: 10'],
];

describe('the simulations that docs/scaling.md and docs/simulate.md print', () => {
  const commands = [...commandsIn('docs/scaling.md'), ...commandsIn('docs/simulate.md')];
  let workplace: Workplace;

  beforeAll(() => {
    workplace = new Workplace();
  });
  afterAll(() => workplace.dispose());

  it('are there', () => {
    for (const [command] of told) expect(commands.join('\n')).toContain(command);
  });

  it.each(commands)('%s', async (command) => {
    const path = fileURLToPath(new URL('docs/examples/', root));
    const args = command.replaceAll('docs/examples/', path).replaceAll("'", '').split(/\s+/).slice(1);
    const { exitCode, stdout, stderr } = await workplace.mlbench(...args, '--json');
    expect(exitCode, stderr).toBe(command.includes('--expect') ? 4 : 0);
    const expected = told.find(([part]) => command.includes(part) && !command.includes('--sweep'));
    if (!expected) return;
    const { summary } = JSON.parse(stdout) as SimulateOutcome;
    const changes = summary.changes.map(({ askedMs, to }) => `${askedMs / minuteMs}: ${to}`);
    expect(changes.join(', ')).toBe(expected[1]);
  });
});

/** Whole ones alone: `…` and names in capitals stand for what the reader fills in. A remark follows after two spaces. */
function commandsIn(page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  return text
    .split('\n')
    .filter((line) => line.startsWith('mlbench simulate') && !/…|\bRUN\b/.test(line))
    .map((line) =>
      line
        .replace(/ {2,}(?!-).*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
}
