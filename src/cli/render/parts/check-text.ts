import { wordsOf } from '../../../record/judgement/checks.ts';
import type { ValidityCheck } from '../../../record/schemas/result.ts';
import { valueText } from './value-text.ts';

/** `sendLag: 5.8ms, at most 5ms would do; requests left late: …`: what was found, what would do, what it means. */
export function checkText(check: ValidityCheck): string {
  const { name, severity, observed, limit } = check;
  const { unit, bound, ifFailed } = wordsOf(check);
  const head = `${name}${severity === 'warning' ? ' (warning)' : ''}`;
  return `${head}: ${valueText(observed, unit)}, ${bound} ${valueText(limit, unit)} would do; ${ifFailed}`;
}
