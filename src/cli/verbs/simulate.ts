import { fieldsOf } from '../../core/options/fields.ts';
import { simulateOptions } from '../../experiment/simulation/simulate-options.ts';
import { simulationLines } from '../render/simulate-summary.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

export const simulateVerb = defineVerb({
  description:
    'Predicts instances, alarms, response times, dropped and late requests, and cost, for a load and a policy. Runs ' +
    "the stand-in's own scaling engine in virtual time, with a queueing model of an instance. Touches no cloud and sends nothing.",
  examples: [
    'mlbench simulate --stages 0s:20,10m:20,0s:150,20m:150 --settle 30m',
    'mlbench simulate --rate 150 --duration 1h --target-value 3000 --expect "p99<200ms"',
    'mlbench simulate --rate 150 --duration 1h --sweep target=1500..4500:500,scaleOutCooldown=60,300 --out-policy best.json',
    'mlbench simulate --from-run 20260301T142501Z-3f9a --policy a.json --policy b.json --compare',
  ],
  options: simulateOptions,
  standsAlone: () => true,
  callsNoCloud: () => true,
  async run(settings, { context }) {
    const options = fieldsOf(simulateOptions, settings);
    const { simulate } = await import('../../commands/simulate.ts');
    const outcome = await simulate(options, context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => simulationLines(outcome, options, style, width),
    };
  },
});
