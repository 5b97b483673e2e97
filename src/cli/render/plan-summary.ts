import { ownCommand } from '../../core/options/own-command.ts';
import { formatUsd } from '../../core/units.ts';
import type { PlanOutcome } from '../../experiment/contract/outcomes.ts';
import { targetOf } from '../../experiment/targets/targets.ts';
import type { Style } from '../terminal/style.ts';
import { wrap, wrapLine, wrapLines } from '../terminal/text.ts';
import { kindText, shortName } from './parts/event-lines.ts';
import { expiryText } from './parts/experiment-text.ts';
import { factLines } from './parts/fact-lines.ts';
import { sampleLines } from './parts/sample-text.ts';

type Planned = PlanOutcome['resources'][number];

/** What `up` would do, the policies it would write, and what an hour would cost. */
export function planLines(outcome: PlanOutcome, style: Style, width: number): string[] {
  const { resources, expiry } = outcome;
  const up = ownCommand('up', { experiment: outcome.experiment });
  const where = targetOf(outcome).words.place(outcome.region);
  const documents = resources.filter(({ document }) => document !== undefined);
  const endsAt = expiry === null ? [] : factLines('expires', expiryText(expiry), style, width);
  return [
    ...wrap(headline(outcome), width).map((line) => style.bold(line)),
    ...wrap(`On ${where}. Nothing has been changed.`, width).map((line) => style.dim(line)),
    '',
    ...resources.flatMap((resource) => resourceLines(resource, style, width)),
    ...documents.flatMap((resource) => documentLines(resource, style, width)),
    '',
    ...costLines(outcome, style, width),
    ...endsAt,
    ...sampleLines(outcome.sampleRequest, style, width),
    ...(changesOf(outcome).length === 0
      ? []
      : ['', ...wrapLine(`Next: ${style.bold(up)} with the same options does it`, width)]),
  ];
}

const verbs = { create: 'make', change: 'change', remove: 'remove', keep: 'keep' } as const;

function changesOf({ resources }: PlanOutcome): Planned[] {
  return resources.filter(({ action }) => action !== 'keep');
}

function headline(outcome: PlanOutcome): string {
  const { experiment, resources } = outcome;
  if (changesOf(outcome).length === 0) return `${experiment} is up as asked: up would change nothing.`;
  const parts = (['create', 'change', 'remove', 'keep'] as const).flatMap((action) => {
    const count = resources.filter((resource) => resource.action === action).length;
    return count === 0 ? [] : [`${verbs[action]} ${count}`];
  });
  const last = parts.pop() ?? '';
  const all = `${resources.length} resource${resources.length === 1 ? '' : 's'} of ${experiment}.`;
  return parts.length === 0
    ? `up would ${last.replace(/\d+$/, '')}${all}`
    : `up would ${parts.join(', ')} and ${last} of the ${all}`;
}

function resourceLines({ kind, name, action, differences }: Planned, style: Style, width: number): string[] {
  const marks = {
    create: style.green('+'),
    change: style.yellow('~'),
    keep: style.dim('='),
    remove: style.red('-'),
  };
  const words = `${kindText(kind)} ${shortName(name)}`;
  const indent = 6;
  const told = differences.flatMap((phrase) =>
    wrap(phrase, width - indent).map((line) => `${' '.repeat(indent)}${line}`),
  );
  return [
    ...wrapLine(`  ${marks[action]} ${action === 'keep' ? style.dim(words) : words}`, width, 4),
    ...told,
  ];
}

/** `--json` has it as it is, whatever the width. */
function documentLines({ kind, name, document }: Planned, style: Style, width: number): string[] {
  const lines = JSON.stringify(document, null, 2).split('\n');
  return ['', ...wrapLine(style.bold(`${kindText(kind)} ${name}`), width), ...wrapLines(lines, width)];
}

function costLines({ costUsd }: PlanOutcome, style: Style, width: number): string[] {
  const fact = (name: string, value: string) => factLines(name, value, style, width);
  if (costUsd === null)
    return fact('cost', "nothing of its own: the endpoint and its instances are somebody else's");
  const { instances, maxInstances, instanceType, perHour, perHourAtMax, note } = costUsd;
  if (perHour === null || perHourAtMax === null) return fact('cost', note);
  const of = (count: number) => `${count} ${instanceType}`;
  const most = maxInstances > instances ? `, ${formatUsd(perHourAtMax)} with ${of(maxInstances)}` : '';
  const figures = `${formatUsd(perHour)} an hour with ${of(instances)}${most}`;
  return fact('cost', `${figures}. ${note}`);
}
