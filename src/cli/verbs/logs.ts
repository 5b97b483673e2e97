import { optionGroup } from '../../core/options/definition.ts';
import { duration, nonEmpty, oneOf } from '../../core/options/values.ts';
import { endpointNameOption } from '../../experiment/settings/endpoint-name-option.ts';
import { given } from '../options/settings.ts';
import { logJson, logLines } from '../render/log-lines.ts';
import { defineVerb } from './verb.ts';

const what = optionGroup('What to read:');

const logsOptions = {
  source: what.list(
    'endpoint|api|access',
    "the containers, the API's Lambda function, the API's access log; may be repeated",
    oneOf(['endpoint', 'api', 'access']),
    { shownDefault: 'endpoint' },
  ),
  since: what.value('DURATION', 'begin so long ago (wall time)', duration(1), { shownDefault: '10m' }),
  follow: what.switch('go on with new lines, until Ctrl-C', { short: 'f' }),
  filter: what.value(
    'TEXT',
    'lines that contain this text, upper and lower case told apart',
    nonEmpty('a text'),
  ),
  endpointName: endpointNameOption('What to read:', "any endpoint's containers", "the experiment's"),
};

export const logsVerb = defineVerb({
  description:
    "Prints what the endpoint's containers said, oldest first; on AWS also what the API's Lambda function said, and its " +
    'access log. With --json one object a line.',
  examples: [
    'mlbench logs --since 1h --filter error',
    'mlbench logs --follow',
    'mlbench logs --source api --source access --json',
  ],
  options: logsOptions,
  standsAlone: (settings) => settings.endpointName !== undefined,
  endsOnInterrupt: true,
  async run(settings, { context, common, terminal: { stdout } }) {
    const { logs } = await import('../../commands/logs.ts');
    const options = given({
      sources: settings.source,
      sinceMs: settings.since,
      follow: settings.follow,
      filter: settings.filter,
      endpointName: settings.endpointName,
    });
    const withSource = new Set(settings.source).size > 1;
    const { exitCode } = await logs(options, context, async (lines) => {
      const text = lines.flatMap((line) =>
        common.json ? [logJson(line)] : logLines(line, withSource, stdout.style),
      );
      stdout.write(`${text.join('\n')}\n`);
      await stdout.flush();
    });
    return { exitCode, data: undefined, lines: () => [] };
  },
});
