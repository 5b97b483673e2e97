import { logsOptions } from '../options/logs.ts';
import { given } from '../options/settings.ts';
import { logJson, logLines } from '../render/log-lines.ts';
import { defineVerb } from './verb.ts';

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
