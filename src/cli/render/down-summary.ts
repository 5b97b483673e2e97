import { ownCommand } from '../../core/options/own-command.ts';
import type { DownOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { wrapLines } from '../terminal/text.ts';
import { kindText, shortName } from './parts/event-lines.ts';

/** What is gone, and what is not, with the reason and what to do. */
export function downLines(outcome: DownOutcome, experiment: string, style: Style, width: number): string[] {
  return wrapLines(linesOf(outcome, experiment, style), width);
}

function linesOf(outcome: DownOutcome, experiment: string, style: Style): string[] {
  if (outcome.left.length > 0) {
    return [
      style.bold(style.red(`Something is left of ${experiment}:`)),
      ...outcome.left.flatMap(({ kind, name, reason, remedy }) => [
        `  ${style.red('✖')} ${kindText(kind)} ${shortName(name)}: ${reason}`,
        ...(remedy ? [`    → ${remedy}`] : []),
      ]),
      '',
      `Next: remove the reason and repeat ${style.bold(ownCommand('down', { experiment }))}`,
    ];
  }
  if (outcome.removed.length === 0) return [`Nothing was up under the name ${experiment}; nothing is left.`];
  const count = outcome.removed.length;
  return [
    style.bold(
      style.green(
        `${experiment} is down: ${count} resource${count === 1 ? '' : 's'} removed, nothing is left.`,
      ),
    ),
  ];
}
