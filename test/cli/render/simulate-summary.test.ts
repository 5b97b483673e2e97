import { describe, expect, it } from 'vitest';
import { simulationLines } from '../../../src/cli/render/simulate-summary.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';
import { simulate } from '../../../src/commands/simulate.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { SimulateOptions } from '../../../src/experiment/simulation/simulate-options.ts';
import { parseExpectation } from '../../../src/record/judgement/expectation.ts';
import { openLedger } from '../../../src/resources/engine/ledger-store.ts';

const context = {
  clock: systemClock,
  signal: new AbortController().signal,
  emit: () => {},
  stateDir: '/nowhere',
  ledger: openLedger('/nowhere'),
  experiment: 'mlbench',
  target: 'local' as const,
  region: 'us-east-1',
  interactive: false,
};
const burst: SimulateOptions = {
  rateRps: 20,
  stages: [
    { durationMs: 600_000, level: 20 },
    { durationMs: 0, level: 150 },
    { durationMs: 1_200_000, level: 150 },
  ],
  settleMs: 1_800_000,
};

describe('a prediction in the terminal', () => {
  it('shows the chart, minutes gathered to a screenful, changes and the sum', async () => {
    const lines = simulationLines(await simulate(burst, context), {}, plainStyle, 100);
    const text = lines.join('\n');
    expect(lines[0]).toBe('Simulated 1h of cloud time');
    expect(text).toContain('InvocationsPerInstance (Sum)');
    expect(text).toMatch(/minute {2}instances {2}desired/);
    expect(text).toContain('12–14          1        3   9,000         150');
    expect(text).toContain('1 → 3, 4m after the breach began, in service at +18m');
    expect(text).toContain('3 → 1, 16m after the breach began, gone at +46m');
    expect(text).toContain('192,000 offered');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.length).toBeLessThan(70);
  });

  it('lists what was tried, the front and the winner', async () => {
    const outcome = await simulate({ ...burst, sweep: { target: [1_000, 3_100, 8_000] } }, context);
    const text = simulationLines(outcome, { outPolicy: 'best.json' }, plainStyle, 100).join('\n');
    expect(text).toMatch(/★ {2}target=\d+/);
    expect(text.match(/^[★◆ ] {2}target=/gm)).toHaveLength(3);
    expect(text).toContain('Policy: best.json');
  });

  it('gives a day as much room as an hour', async () => {
    const day = await simulate(
      { rateRps: 40, durationMs: 86_400_000, expectations: [parseExpectation('p99<1ms')] },
      context,
    );
    const lines = simulationLines(day, {}, plainStyle, 80);
    expect(lines.length).toBeLessThan(60);
    expect(lines.join('\n')).toContain('✖ p99<1ms  predicted: ');
    expect(lines.join('\n')).toContain('MISSED  the service would not do what is expected: 1 of 1 missed');
  });
});
