import { loadRequestOptions } from '../../experiment/load/load-options.ts';
import { given } from '../options/settings.ts';
import { invokeLines } from '../render/invoke-summary.ts';
import { harmlessLine } from '../terminal/sealed.ts';
import type { Output } from '../terminal/terminal.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb } from './verb.ts';

const { via, endpointName, contentType, accept } = loadRequestOptions;
const userAgent = {
  ...loadRequestOptions.userAgent,
  shownDefault: "the AWS SDK's; Node's with --via api",
};
const body = { ...loadRequestOptions.body, shownDefault: 'a sample request' };

export const invokeVerb = defineVerb({
  description: 'Sends one request to the endpoint and prints the answer as it came.',
  examples: ['mlbench invoke', 'mlbench invoke --body @request.json --via api', 'mlbench invoke --json'],
  options: { via, endpointName, body, contentType, accept, userAgent },
  standsAlone: (settings) => settings.endpointName !== undefined,
  async run(settings, { context, common, terminal }) {
    const { invoke } = await import('../../commands/invoke.ts');
    const outcome = await invoke(given(settings), context);
    const { style, size } = terminal.stderr;
    const { answer, remarks } = invokeLines(outcome, style, size().columns);
    if (!common.quiet && !common.json) terminal.stderr.write(`${remarks.map(harmlessLine).join('\n')}\n`);
    if (!common.json) writeAnswer(answer, terminal.stdout);
    return { exitCode: outcome.exitCode, data: withoutExitCode(outcome), lines: () => [] };
  },
});

/** What reads a pipe wants the model's own bytes; a terminal would obey them. */
function writeAnswer(answer: string | undefined, stdout: Output): void {
  if (answer === undefined) return;
  if (stdout.stream.isTTY) stdout.write(`${answer}\n`);
  else stdout.stream.write(`${answer}\n`);
}
