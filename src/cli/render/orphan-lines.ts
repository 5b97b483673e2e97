import { ownCommand } from '../../core/options/own-command.ts';
import { printable } from '../../core/printable.ts';
import { formatDurationMs, formatUsd } from '../../core/units.ts';
import type { OrphansOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/text.ts';
import { kindText, shortName } from './parts/event-lines.ts';

type Found = OrphansOutcome['found'][number];

/** What was found, one a line: kind, name, experiment, age, cost. @param nowMs of the wall */
export function orphanTable(found: readonly Found[], nowMs: number, style: Style): string[] {
  const head = ['  kind', 'name', 'experiment', 'age', 'an hour'];
  const rows = found.map((orphan) => [
    `  ${kindText(orphan.kind)}`,
    printable(shortName(orphan.name)),
    printable(orphan.experiment),
    ageText(orphan.createdAtMs, nowMs),
    orphan.hourlyUsd === null ? '' : style.bold(formatUsd(orphan.hourlyUsd)),
  ]);
  return table([head.map((cell) => style.dim(cell)), ...rows], new Set([3, 4]));
}

/** `these 7 resources of 2 experiments`. */
export function orphanCount(found: readonly Found[]): string {
  const experiments = new Set(found.map(({ experiment }) => experiment)).size;
  const resources = found.length === 1 ? 'this resource' : `these ${found.length} resources`;
  return `${resources} of ${experiments === 1 ? 'one experiment' : `${experiments} experiments`}`;
}

/** How it ended. */
export function orphanLines(outcome: OrphansOutcome, style: Style): string[] {
  const { removed, left, notSearched } = outcome;
  const unseen = notSearched.map(
    ({ what, reason }) => `  ${style.red('✖')} not looked through: ${kindText(what)}: ${printable(reason)}`,
  );
  if (left.length > 0)
    return [
      style.bold(style.red('Something is left:')),
      ...left.map(
        ({ kind, name, reason }) =>
          `  ${style.red('✖')} ${kindText(kind)} ${printable(shortName(name))}: ${printable(reason)}`,
      ),
      ...unseen,
      '',
      `Next: remove the reason and repeat ${style.bold(ownCommand('down --orphans'))}`,
    ];
  const done =
    removed.length === 0
      ? 'No orphans were found.'
      : `${removed.length} orphan${removed.length === 1 ? '' : 's'} removed, nothing is left of them.`;
  return unseen.length > 0 ? [done, ...unseen] : [style.bold(style.green(done))];
}

function ageText(createdAtMs: number | null, nowMs: number): string {
  if (createdAtMs === null) return '?';
  const minutes = Math.max(0, Math.round((nowMs - createdAtMs) / 60_000));
  if (minutes < 1) return '<1m';
  const days = Math.floor(minutes / 1_440);
  return days > 1 ? `${days}d` : formatDurationMs(minutes * 60_000);
}
