import { ownCommand } from '../../core/options/own-command.ts';
import { printable } from '../../core/printable.ts';
import type { ExperimentStatus, StatusOfAllOutcome } from '../../experiment/contract/outcomes.ts';
import { targetOf } from '../../experiment/targets/targets.ts';
import type { Style } from '../terminal/style.ts';
import { tableOrList, wrapLines } from '../terminal/text.ts';
import { expiryText } from './parts/experiment-text.ts';
import { statusColour } from './parts/state-text.ts';

/** Several experiments, a line each, and how to see one of them. */
export function experimentList({ experiments }: StatusOfAllOutcome, style: Style, width: number): string[] {
  const head = ['  experiment', 'where', 'endpoint', 'instances', 'expires'].map((cell) => style.dim(cell));
  const rows = experiments.map((one) => [
    `  ${one.experiment}`,
    targetOf(one).words.place(one.region),
    one.trouble === null ? statusColour(one.endpointStatus ?? 'not up', style) : style.red('not known'),
    String(one.instances),
    one.expiry === null ? '–' : expiryText(one.expiry),
  ]);
  const troubles = experiments.flatMap(({ experiment, trouble }) =>
    trouble === null ? [] : [`  ${style.red('✖')} ${experiment}: ${printable(trouble)}`],
  );
  return [
    style.bold(`${experiments.length} experiments are on record:`),
    '',
    ...tableOrList(head, rows, { right: new Set([3]), width }),
    ...wrapLines(troubles, width),
    '',
    ...wrapLines([`Next: ${style.bold(detailsOf(experiments[0]))} for all of one`], width),
  ];
}

function detailsOf(one: ExperimentStatus | undefined): string {
  return ownCommand('status', one === undefined ? {} : { experiment: one.experiment });
}
