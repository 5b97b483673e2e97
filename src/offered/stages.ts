import type { z } from 'zod';
import { userError } from '../core/errors.ts';
import { formatDurationMs, parseDurationMs } from '../core/units.ts';
import type { LevelPiece } from './levels/level-curve.ts';
import type { Zod } from './waits/wait-kind.ts';
import { formatRate } from './words.ts';

/** `level` is users or arrivals a second, reached at the stage's end. */
export interface Stage {
  durationMs: number;
  level: number;
}

/**
 * `1m:100,5m:1000,1m:0`: in each stage, linearly to its level of users or arrivals a second. A stage of `0s` is a jump.
 * @throws MlbenchError `bad-stages`, `bad-duration`
 */
export function parseStages(text: string, name = '--stages'): Stage[] {
  const remedy = 'write stages like 1m:100,5m:1000,1m:0: in 1m to 100, in 5m to 1000, in 1m to 0';
  const stages = text.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0 || part.slice(0, colon).trim() === '')
      throw userError('bad-stages', `${name}: "${part.trim()}" is not a stage`, remedy);
    const level = part.slice(colon + 1).trim();
    if (!/^\d+(\.\d+)?$/.test(level))
      throw userError('bad-stages', `${name}: "${part.trim()}" has no level of 0 or more`, remedy);
    return { durationMs: parseDurationMs(part.slice(0, colon), name), level: Number(level) };
  });
  if (stagesDurationMs(stages) === 0)
    throw userError('bad-stages', `${name}: "${text}" takes no time`, remedy);
  return stages;
}

export function stagesSchema(zod: Zod): z.ZodType<Stage[]> {
  return zod.array(zod.object({ durationMs: zod.number().nonnegative(), level: zod.number().nonnegative() }));
}

export function stagesDurationMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** @param start the level before the first stage */
export function stagePieces(start: number, stages: readonly Stage[]): LevelPiece[] {
  let fromMs = 0;
  let fromLevel = start;
  return stages.flatMap((stage) => {
    const piece = { fromMs, toMs: fromMs + stage.durationMs, fromLevel, toLevel: stage.level };
    fromMs = piece.toMs;
    fromLevel = piece.toLevel;
    // A stage of no length is a jump.
    return stage.durationMs > 0 ? [piece] : [];
  });
}

/** `to 100 by 1m, to 1000 by 6m, to 0 by 7m`. */
export function describeStages(stages: readonly Stage[]): string {
  let endMs = 0;
  const parts = stages.map(({ durationMs, level }) => {
    endMs += durationMs;
    return `to ${formatRate(level)} by ${formatDurationMs(endMs)}`;
  });
  const shown = parts.length > 6 ? [...parts.slice(0, 3), '…', ...parts.slice(-2)] : parts;
  return shown.join(', ');
}
