import { formatLatencyUs } from '../../core/units.ts';
import type { InvokeOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';

/** The answer as it came, for stdout, and one line about it, for stderr. */
export function invokeLines(
  outcome: InvokeOutcome,
  style: Style,
): { answer: string | undefined; remark: string } {
  const took = formatLatencyUs(outcome.elapsedMs * 1_000);
  const variant = outcome.variant === null ? '' : `, variant ${outcome.variant}`;
  const { error } = outcome;
  if (error === null)
    return {
      answer: outcome.body.replace(/\n$/, ''),
      remark: style.dim(`${outcome.status} ${outcome.contentType}, ${took}${variant}`),
    };
  const original =
    error.originalStatusCode === null ? '' : ` (the model answered ${error.originalStatusCode})`;
  return {
    answer: outcome.body === '' ? undefined : outcome.body.replace(/\n$/, ''),
    remark: `${style.red(`${outcome.status} ${error.code}`)}${original}: ${error.message}, ${took}`,
  };
}
