import { comparisonOperators } from '../../scaling/alarms/alarm.ts';
import type { Breach, Reckoning } from '../../scaling/policies/kinds/kind/policy-kind.ts';
import { kindOfType } from '../../scaling/policies/kinds/policy-kinds.ts';
import type { AlarmObservation } from '../observation/observation.ts';
import type { PolicyObservation } from '../observation/policy-observation.ts';

/**
 * The policy's reckoning, by the scaling engine's own rules.
 * @param values what the alarm looked at, newest first
 * @returns null where too little is known, or the policy asks for nothing
 */
export function reckon(
  { policyType, configuration }: PolicyObservation,
  alarm: AlarmObservation,
  values: readonly number[],
  base: number,
): Reckoning | null {
  const [newest, ...older] = values;
  if (newest === undefined) return null;
  const breach: Breach = { values: [newest, ...older], alarm: plainAlarm(alarm) };
  return kindOfType(policyType)?.told.reckon(configuration, breach, base) ?? null;
}

function plainAlarm({ threshold, definition }: AlarmObservation): Breach['alarm'] {
  const comparison = comparisonOperators.find((operator) => operator === definition?.comparison);
  return comparison === undefined || threshold === null ? null : { comparison, threshold };
}
