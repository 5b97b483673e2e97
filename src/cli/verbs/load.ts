import { loadOptions } from '../../experiment/load/load-options.ts';
import { toLoadOptions } from '../../experiment/load/to-load-options.ts';
import { withOnlookers } from '../onlookers/with-onlookers.ts';
import { webOptions } from '../options/web.ts';
import { loadLines } from '../render/load-summary.ts';
import { defineVerb } from './verb.ts';

export const loadVerb = defineVerb({
  description:
    'Sends requests as many users do, or at a fixed rate that does not depend on the answers. Measures what callers feel, and ' +
    "says whether the measurement can be believed. Watches the experiment's instances meanwhile, and writes the record of " +
    'the run with a report.',
  examples: [
    'mlbench load --users 200 --ramp 10 --duration 2m',
    'mlbench load --rate 500 --arrivals poisson --warmup 10s',
    'mlbench load --stages 1m:100,5m:1000,1m:0',
    'mlbench load --trace arrivals.csv',
    "mlbench load --users 50 --expect 'p99<200ms' --expect 'errors<1%'",
    'mlbench load --via api --wait between:1s,3s',
    'mlbench load --url http://127.0.0.1:8080/evaluate --body @request.json --wait none',
    'mlbench load --rate 500 --web                  and a page that shows it, and steers it',
    'mlbench load -c 50 -n 1000 -d @request.json http://127.0.0.1:8080/evaluate',
  ],
  options: { ...loadOptions, ...webOptions },
  standsAlone: (settings) => settings.url !== undefined || settings.endpointName !== undefined,
  callsNoCloud: (settings) => settings.url !== undefined,
  async run(settings, host) {
    const { context } = host;
    const options = toLoadOptions(settings);
    const { load } = await import('../../commands/load.ts');
    const outcome = await withOnlookers(settings, host, (onlookers, told) => load(options, told, onlookers));
    return {
      exitCode: outcome.exitCode,
      data: outcome.result,
      lines: (style, width) => loadLines(outcome, context.experiment, style, width),
    };
  },
});
