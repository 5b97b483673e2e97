import { ownCommand } from '../../core/options/own-command.ts';
import type { RunOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { wrapLine } from '../terminal/text.ts';
import { downLines } from './down-summary.ts';
import { loadLines } from './load-summary.ts';

/** The whole experiment's end: what the load showed, whether anything is left, where the report is. */
export function runLines(outcome: RunOutcome, experiment: string, style: Style, width: number): string[] {
  const report = outcome.reportPath ?? outcome.load?.reportPath ?? null;
  return [
    ...(outcome.load === null
      ? []
      : [...loadLines(outcome.load, experiment, style, width, { report: false }), '']),
    ...(outcome.down === null
      ? [
          ...wrapLine(
            `${outcome.up.endpointName} is still up; ${style.bold(ownCommand('down', { experiment }))} removes it.`,
            width,
          ),
        ]
      : downLines(outcome.down, experiment, style, width)),
    ...(report === null ? [] : ['', ...wrapLine(`Report: ${style.bold(report)}`, width)]),
  ];
}
