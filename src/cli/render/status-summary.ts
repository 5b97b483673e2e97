import { alarmSideOf } from '../../catalog/own-alarms.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import type { StatusOutcome } from '../../experiment/contract/outcomes.ts';
import { targetOf } from '../../experiment/targets/targets.ts';
import type { Style } from '../terminal/style.ts';
import { displayWidth, table, wrapLine, wrapLines } from '../terminal/text.ts';
import { kindText, shortName } from './parts/event-lines.ts';
import { autoscaling, capacityText, expiryText } from './parts/experiment-text.ts';
import { factLines } from './parts/fact-lines.ts';
import { alarmColour, counts, statusColour } from './parts/state-text.ts';

/** What is up, from the outside in. */
export function statusLines(outcome: StatusOutcome, style: Style, width: number): string[] {
  return wrapLines(linesOf(outcome, style, width), width);
}

function linesOf(outcome: StatusOutcome, style: Style, width: number): string[] {
  const of = { experiment: outcome.experiment };
  const fact = (name: string, value: string) => factLines(name, value, style, width);
  const factIfAny = <Value>(name: string, value: Value | null, say: (value: Value) => string) =>
    value === null ? [] : fact(name, say(value));
  if (!outcome.up) {
    const recorded = outcome.resources.length > 0;
    const up = style.bold(ownCommand('up', of));
    return [
      recorded
        ? `${outcome.experiment} is not up, but resources of it are on record.`
        : `Nothing is up under the name ${outcome.experiment}.`,
      ...factIfAny('stand-in', outcome.standIn, (found) => standInText(found, style)),
      ...factIfAny('expires', outcome.expiry, expiryText),
      ...runs(outcome, fact),
      ...(recorded ? ['', ...resources(outcome, style, width)] : []),
      '',
      recorded ? `Next: ${up} or ${style.bold(ownCommand('down', of))}` : `Next: ${up}`,
    ];
  }
  const status = outcome.endpointStatus ?? 'gone';
  return [
    `${style.bold(outcome.experiment)} ${targetOf(outcome).words.on}`,
    '',
    ...fact('endpoint', `${outcome.endpointName ?? 'none'}: ${statusColour(status, style)}`),
    ...outcome.variants.flatMap((variant) =>
      fact(
        'variant',
        `${variant.name}: ${counts(variant)} of ${variant.instanceType}${outcome.variants.length > 1 ? `, weight ${variant.weight}` : ''}`,
      ),
    ),
    ...fact('autoscaling', autoscaling(outcome.autoscaling)),
    ...outcome.alarms.flatMap((alarm) =>
      fact('alarm', `${side(alarm.name)}: ${alarmColour(alarm.state, style)}`),
    ),
    ...factIfAny('REST API', outcome.apiUrl, String),
    ...factIfAny('stand-in', outcome.standIn, (found) => standInText(found, style)),
    ...factIfAny('capacity', outcome.emulatedCapacity, capacityText),
    ...factIfAny('expires', outcome.expiry, expiryText),
    ...runs(outcome, fact),
    '',
    ...resources(outcome, style, width),
    '',
    `Next: ${style.bold(ownCommand('load --users 200 --ramp 10', of))} or ${style.bold(ownCommand('down', of))}`,
  ];
}

function side(alarmName: string): string {
  switch (alarmSideOf(alarmName)) {
    case 'high':
      return 'scale out (high)';
    case 'low':
      return 'scale in (low)';
    case 'other':
      return alarmName;
  }
}

function standInText(
  { url, pid, timeScale, healthy }: NonNullable<StatusOutcome['standIn']>,
  style: Style,
): string {
  const state = healthy ? `pid ${pid}` : style.red(`pid ${pid} does not answer`);
  return `AWS_ENDPOINT_URL=${url}, ${state}, time runs ${timeScale}×`;
}

function resources(outcome: StatusOutcome, style: Style, width: number): string[] {
  const rows = outcome.resources.map(({ kind, name, state }) => [
    '',
    kindText(kind),
    style.dim(state),
    shortName(name),
  ]);
  const lines = table(rows);
  if (lines.every((line) => displayWidth(line) <= width)) return lines;
  return rows.flatMap(([, kind = '', state = '', name = '']) =>
    wrapLine(`  ${kind} ${name}: ${state}`, width, 4),
  );
}

function runs(outcome: StatusOutcome, fact: (name: string, value: string) => string[]): string[] {
  const last = outcome.runs.slice(-3).reverse();
  return last.length === 0 ? [] : fact(`runs (${outcome.runs.length})`, last.join(', '));
}
