import { formatLatencyUs } from '../../../core/units.ts';
import type { Unit } from '../../../record/judgement/unit.ts';

/** A value of a record in its unit: `5.8ms`, `12.5%`, `455.5/s`, `12,345`. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case 'us':
      return formatLatencyUs(value);
    case 'share':
      return shareText(value);
    case 'rps':
      return `${value.toFixed(1)}/s`;
    case 'count':
      return formatCount(value);
  }
}

/** What is not nothing never reads as nothing. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.000_01) return '<0.001%';
  return `${Number((share * 100).toPrecision(3))}%`;
}

/** `12345` → `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
