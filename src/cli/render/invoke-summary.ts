import { formatLatencyUs } from '../../core/units.ts';
import type { InvokeOutcome } from '../../experiment/contract/outcomes.ts';
import type { Style } from '../terminal/style.ts';
import { sentText } from './parts/sample-text.ts';

/** The answer as it came, for stdout, and for stderr a line about it, after one about what was sent unasked. */
export function invokeLines(
  outcome: InvokeOutcome,
  style: Style,
  width: number,
): { answer: string | undefined; remarks: string[] } {
  const took = formatLatencyUs(outcome.elapsedMs * 1_000);
  const variant = outcome.variant === null ? '' : `, variant ${outcome.variant}`;
  const { error } = outcome;
  const sent = sentText(outcome.sent, width);
  const remarks = (about: string) => [...(sent === null ? [] : [style.dim(sent)]), about];
  if (error === null)
    return {
      answer: outcome.body.replace(/\n$/, ''),
      remarks: remarks(style.dim(`${outcome.status} ${outcome.contentType}, ${took}${variant}`)),
    };
  const original =
    error.originalStatusCode === null ? '' : ` (the model answered ${error.originalStatusCode})`;
  return {
    answer: outcome.body === '' ? undefined : outcome.body.replace(/\n$/, ''),
    remarks: remarks(`${style.red(`${outcome.status} ${error.code}`)}${original}: ${error.message}, ${took}`),
  };
}
