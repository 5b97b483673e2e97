import { ownCommand } from '../../core/options/own-command.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { UpOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { wrap, wrapLines } from '../terminal/text.ts';
import { autoscaling, capacityText, expiryText, instances } from './parts/experiment-text.ts';
import { factLines } from './parts/fact-lines.ts';
import { sampleLines } from './parts/sample-text.ts';

/** What `up` leaves on the screen: what is up, where it is, what to type next. */
export function upLines(outcome: UpOutcome, style: Style, width: number): string[] {
  const changed = outcome.resources.filter(({ outcome: what }) => what !== 'unchanged').length;
  const headline =
    changed === 0
      ? `Nothing to change: ${outcome.endpointName} is up as asked.`
      : `${outcome.endpointName} is up after ${formatDurationMs(outcome.elapsedMs)}.`;
  const of = { experiment: outcome.experiment };
  const { sampleRequest } = outcome;
  const body = sampleRequest?.problem === null ? '' : ' --body @FILE';
  const facts: [string, string][] = [
    ['endpoint', `${outcome.endpointName}, variant ${outcome.variantName}, ${instances(outcome.instances)}`],
    ['autoscaling', autoscaling(outcome.autoscaling)],
    ...(outcome.apiUrl === null ? [] : [['REST API', outcome.apiUrl] as [string, string]]),
    ...(outcome.standInUrl === null
      ? []
      : [['stand-in', `AWS_ENDPOINT_URL=${outcome.standInUrl}`] as [string, string]]),
    ...(outcome.emulatedCapacity === null
      ? []
      : [['capacity', capacityText(outcome.emulatedCapacity)] as [string, string]]),
    ...(outcome.expiry === null ? [] : [['expires', expiryText(outcome.expiry)] as [string, string]]),
  ];
  return [
    ...wrap(headline, width).map((line) => style.bold(style.green(line))),
    '',
    ...facts.flatMap(([name, value]) => factLines(name, value, style, width)),
    ...sampleLines(sampleRequest, style, width),
    '',
    ...wrapLines(
      [
        `Next: ${style.bold(ownCommand(`load --users 200 --ramp 10${body}`, of))}`,
        `      ${style.bold(ownCommand('watch-scaling', of))} in a second terminal`,
        `      ${style.bold(ownCommand('down', of))} removes everything`,
      ],
      width,
    ),
  ];
}
