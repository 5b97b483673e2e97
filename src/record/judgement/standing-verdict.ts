import type { ValidityCheck } from '../schemas/result.ts';
import { leavesUnproved } from './checks.ts';

type Told = Pick<ValidityCheck, 'name' | 'passed' | 'severity'>;

/** A check that only wants more time is no fault of a run that goes on: it is open. */
export function isOpen(check: Told, isOver: boolean): boolean {
  return leavesUnproved(check) && !isOver;
}

/** What makes a measurement one that cannot be believed, as it stands. */
export function faultsOf<Check extends Told>(checks: readonly Check[], isOver: boolean): Check[] {
  return checks.filter((check) => !check.passed && check.severity === 'error' && !isOpen(check, isOver));
}
