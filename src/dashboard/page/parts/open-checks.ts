import { leavesUnproved } from '../../../record/judgement/checks.ts';
import type { Figures, Phase } from '../../live/live-shape.ts';

type ShownCheck = Figures['checks'][number];

/** A check that only wants more time is no fault of a run that goes on: it is open. */
export function isOpen(check: ShownCheck, phase: Phase): boolean {
  return leavesUnproved(check) && !isOver(phase);
}

/** What makes the measurement one that cannot be believed. */
export function faultsOf({ checks: all }: Figures, phase: Phase): ShownCheck[] {
  return all.filter((check) => !check.passed && check.severity === 'error' && !isOpen(check, phase));
}

function isOver(phase: Phase): boolean {
  return phase === 'watching' || phase === 'ended';
}
