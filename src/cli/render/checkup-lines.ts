import type { Check } from '../../experiment/checks/check.ts';
import type { CheckupOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { wrap, wrapLine } from '../terminal/text.ts';

const indent = '    ';

/** One check: what was found, what to do about it, and what belongs to it. */
export function checkLines(check: Check, style: Style, width: number): string[] {
  const mark = {
    ok: style.green('✔'),
    warning: style.yellow('!'),
    failed: style.red('✖'),
  }[check.verdict];
  const details = check.details ?? [];
  return [
    ...wrapLine(`${mark} ${style.bold(check.name)}: ${check.found}`, width),
    ...details.flatMap((detail) =>
      wrap(detail, width - indent.length).map((line) => style.dim(`${indent}${line}`)),
    ),
    ...(check.remedy === null ? [] : wrapLine(`  → ${check.remedy}`, width)),
  ];
}

/** The last line, after all checks. */
export function checkupSummary({ checks }: Pick<CheckupOutcome, 'checks'>, style: Style): string {
  const count = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  const warned = `${warnings} warning${warnings === 1 ? '' : 's'}`;
  if (failures === 0) return style.green(warnings === 0 ? 'All is well.' : `Nothing failed; ${warned}.`);
  return style.red(
    `${failures} of ${checks.length} checks failed${warnings === 0 ? '' : `, ${warned}`}: up would fail.`,
  );
}
