import { optionGroup } from '../../core/options/definition.ts';
import { port } from '../../core/options/values.ts';
import { loadOptions } from '../../experiment/load/load-options.ts';
import { toLoadOptions } from '../../experiment/load/to-load-options.ts';
import { webOptions } from '../options/web.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

const page = optionGroup('The page:');
const { url, endpointName } = loadOptions;

const pageOptions = {
  port: page.value('PORT', 'where it listens; 0: any', port(), {
    default: '8089',
    // The variable and the key of that name are the stand-in's.
    flagOnly: true,
  }),
  webHost: { ...webOptions.webHost, group: 'The page:' },
};

export const dashboardVerb = defineVerb({
  description:
    'Opens the live page, and stays until it is told to end: Ctrl-C, or SIGTERM. A browser starts runs there, one at a ' +
    'time, changes them, pauses them, stops them, and takes their records away. Loads go to the experiment that is up, ' +
    'to any endpoint, or to a URL.',
  examples: [
    'mlbench dashboard',
    'mlbench dashboard http://127.0.0.1:8080/evaluate',
    'mlbench dashboard --endpoint-name my-endpoint --port 0',
  ],
  options: {
    ...pageOptions,
    url: { ...url, group: 'What its form begins with:' },
    endpointName: { ...endpointName, group: 'What its form begins with:' },
  },
  standsAlone: () => true,
  callsNoCloud: ({ url: given }) => given !== undefined,
  endsOnInterrupt: true,
  async run(settings, { context, common, terminal, settingsOf }) {
    const { dashboard } = await import('../../commands/dashboard.ts');
    const { stdout, stderr } = terminal;
    const outcome = await dashboard(
      {
        port: settings.port ?? Number(pageOptions.port.default),
        host: settings.webHost ?? webOptions.webHost.default,
        read: (texts) => toLoadOptions(settingsOf(loadOptions, texts)),
        values: {
          ...(settings.url === undefined ? {} : { url: [settings.url] }),
          ...(settings.endpointName === undefined ? {} : { endpointName: [settings.endpointName] }),
        },
      },
      context,
      (address) => (common.json ? stderr : stdout).write(`${address}\n`),
    );
    return { exitCode: outcome.exitCode, data: withoutExitCode(outcome), lines: () => [] };
  },
});
