import { exactValue, writtenSo } from '../../../../core/written-value.ts';
import type { Breach, Reckoning } from '../kind/policy-kind.ts';
import type { TargetTrackingConfiguration } from './configuration.ts';
import { proportionalCapacity } from './tracking-demands.ts';

/** By the newest datapoint alone. */
export function reckonTracking(
  { TargetValue: target }: TargetTrackingConfiguration,
  { values: [metric] }: Breach,
  base: number,
): Reckoning | null {
  if (target === undefined) return null;
  const wanted = proportionalCapacity(base, metric, target);
  const read = writtenSo(metric, (value) => proportionalCapacity(base, value, target) === wanted);
  return {
    base,
    wanted,
    counts: true,
    formula: `ceil(${base} × ${read} / ${exactValue(target)}) = ${wanted}`,
  };
}
