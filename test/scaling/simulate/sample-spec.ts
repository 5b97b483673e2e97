import type { LevelPiece } from '../../../src/offered/levels/level-curve.ts';
import { policyOfFlags } from '../../../src/scaling/policies/kinds/policy-kinds.ts';
import type { SimulationSpec } from '../../../src/scaling/simulate/spec.ts';

export const minuteMs = 60_000;
export const startMs = Date.parse('2026-11-22T15:00:00Z');

/** Levels in requests a second, each held for so many minutes. */
export function steps(...levels: readonly (readonly [minutes: number, rps: number])[]): LevelPiece[] {
  let fromMs = 0;
  return levels.map(([minutes, level]) => {
    const piece = { fromMs, toMs: fromMs + minutes * minuteMs, fromLevel: level, toLevel: level };
    fromMs = piece.toMs;
    return piece;
  });
}

export function invocationsPolicy(
  targetValue: number,
  cooldowns: { out: number; in: number } = { out: 300, in: 300 },
) {
  return {
    PolicyName: `target-${targetValue}`,
    ...policyOfFlags({
      metric: 'invocations',
      targetValue,
      scaleOutCooldownSeconds: cooldowns.out,
      scaleInCooldownSeconds: cooldowns.in,
    }),
  };
}

export function sampleSpec(
  levels: readonly LevelPiece[],
  over: Partial<SimulationSpec> = {},
): SimulationSpec {
  return {
    load: { callers: { drivenBy: 'arrivals', spacing: 'constant' }, levels },
    settleMs: 0,
    startMs,
    instance: { service: { kind: 'constant', us: 20_000 }, concurrency: 2, queue: 256, vcpus: 2 },
    instances: 1,
    autoscaling: { minCapacity: 1, maxCapacity: 10, policies: [invocationsPolicy(60)] },
    provisionTimeMs: 240_000,
    removalTimeMs: 0,
    metricDelayMs: 60_000,
    sloUs: 200_000,
    seed: 1,
    hourlyPriceUsd: 0.115,
    ...over,
  };
}
