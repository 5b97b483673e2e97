import type { LevelPiece } from './level-curve.ts';

/** While a user is active: from the first instant on, before the second. */
export interface UserSpan {
  fromMs: number;
  toMs: number;
}

/** When user `index` (from 0) is active: while the level is above its index. Ascending, with gaps between. */
export function userSpans(pieces: readonly LevelPiece[], index: number): UserSpan[] {
  const spans: UserSpan[] = [];
  for (const piece of pieces) {
    const span = spanWithin(piece, index);
    const last = spans.at(-1);
    if (span === null) continue;
    if (last !== undefined && last.toMs >= span.fromMs) last.toMs = span.toMs;
    else spans.push(span);
  }
  return spans;
}

function spanWithin({ fromMs, toMs, fromLevel, toLevel }: LevelPiece, index: number): UserSpan | null {
  if (fromLevel <= index && toLevel <= index) return null;
  if (fromLevel > index && toLevel > index) return { fromMs, toMs };
  const crossingMs = fromMs + ((index - fromLevel) / (toLevel - fromLevel)) * (toMs - fromMs);
  return toLevel > fromLevel ? { fromMs: crossingMs, toMs } : { fromMs, toMs: crossingMs };
}
