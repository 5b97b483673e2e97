import type { Phase } from '../../live/live-shape.ts';

/** The load is over: what it measured will not change any more. */
export function isOver(phase: Phase): boolean {
  return phase === 'watching' || phase === 'ended';
}
