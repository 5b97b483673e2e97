import type { z } from 'zod';
import { userError } from '../core/errors.ts';
import { formatDurationMs, parseDurationMs } from '../core/units.ts';
import type { LevelPiece } from './levels/level-curve.ts';
import type { Zod } from './waits/wait-kind.ts';

/** How users start: a number a second (locust's spawn rate), or spread evenly over a time. */
export type Ramp = { kind: 'usersPerSecond'; usersPerSecond: number } | { kind: 'over'; durationMs: number };

/** `10` → ten users started per second; `30s` → the start spread over 30 seconds. @throws MlbenchError `bad-ramp` */
export function parseRamp(text: string, name = '--ramp'): Ramp {
  const remedy = 'write users per second like 10, or a time like 30s';
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const usersPerSecond = Number(trimmed);
    if (usersPerSecond > 0) return { kind: 'usersPerSecond', usersPerSecond };
    throw userError('bad-ramp', `${name}: ${text} users per second would never start one`, remedy);
  }
  try {
    return { kind: 'over', durationMs: parseDurationMs(trimmed, name) };
  } catch (error) {
    throw userError('bad-ramp', `${name}: "${text}" is neither users per second nor a time`, remedy, error);
  }
}

export function rampSchema(zod: Zod): z.ZodType<Ramp> {
  return zod.discriminatedUnion('kind', [
    zod.object({ kind: zod.literal('usersPerSecond'), usersPerSecond: zod.number().positive() }),
    zod.object({ kind: zod.literal('over'), durationMs: zod.number().nonnegative() }),
  ]);
}

/** Milliseconds from the run's start at which user `index` (from 0) begins. */
export function userStartMs(ramp: Ramp, users: number, index: number): number {
  return ramp.kind === 'usersPerSecond'
    ? (index / ramp.usersPerSecond) * 1_000
    : (index / users) * ramp.durationMs;
}

/** When the last user has begun. */
export function rampEndMs(ramp: Ramp, users: number): number {
  return userStartMs(ramp, users, users - 1);
}

/** User i starts when the level passes i; a ramp longer than the load is cut off. */
export function rampPieces(ramp: Ramp, users: number, durationMs: number): LevelPiece[] {
  const rampMs = userStartMs(ramp, users, users);
  const reached = rampMs > durationMs ? (users * durationMs) / rampMs : users;
  const untilMs = Math.min(rampMs, durationMs);
  return [
    { fromMs: 0, toMs: untilMs, fromLevel: 0, toLevel: reached },
    { fromMs: untilMs, toMs: durationMs, fromLevel: users, toLevel: users },
  ].filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** `10 started per second (all by 19.9s)`. */
export function describeRamp(ramp: Ramp, users: number): string {
  if (ramp.kind === 'over')
    return ramp.durationMs === 0
      ? 'all started at once'
      : `started evenly over ${formatDurationMs(ramp.durationMs)}`;
  return `${ramp.usersPerSecond} started per second (all by ${formatDurationMs(rampEndMs(ramp, users))})`;
}
