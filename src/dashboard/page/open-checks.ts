import { type CheckName, checks } from '../../record/judgement/checks.ts';
import type { Figures, Phase } from '../live/live-shape.ts';

type ShownCheck = Figures['checks'][number];

/** A check that only wants more time is no fault of a run that goes on: it is open. */
export function isOpen({ name, passed }: ShownCheck, phase: Phase): boolean {
  const check: { leavesUnproved?: boolean } | undefined = checks[name as CheckName];
  return !passed && check?.leavesUnproved === true && !isOver(phase);
}

/** What makes the measurement one that cannot be believed. */
export function faultsOf({ checks: all }: Figures, phase: Phase): ShownCheck[] {
  return all.filter((check) => !check.passed && check.severity === 'error' && !isOpen(check, phase));
}

function isOver(phase: Phase): boolean {
  return phase === 'watching' || phase === 'ended';
}
