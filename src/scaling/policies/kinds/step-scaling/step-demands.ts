import { actionsNow, type ComparisonOperator, isBreaching } from '../../../alarms/alarm.ts';
import type { CapacityFacts, Demand, Demands, Situation } from '../kind/demand.ts';
import type { StepScalingPolicy } from './configuration.ts';
import { adjustedCapacity, aggregate, findStep, type StepScaling } from './steps.ts';

/** What a policy's alarm asks for, once its breach has found a step. */
export interface StepDemand
  extends Pick<StepScaling, 'adjustmentType' | 'minAdjustmentMagnitude' | 'cooldownMs'> {
  policyName: string;
  alarmName: string;
  adjustment: number;
}

/**
 *   out   steps above the capacity   wanted = base adjusted by the step
 *   in    all others                 wanted = current capacity adjusted by the step
 *
 * No policy of another kind holds up a scale-in by steps (AWS: "the scale-in activity will not be blocked").
 */
export function demandsOfSteps(steps: readonly StepDemand[], { current, outBase }: CapacityFacts): Demands {
  const isOut = (step: StepDemand) => directionOf(step, current) > 0;
  const out = steps.filter(isOut).map((step) => demandOf(step, outBase));
  return {
    out: out.length > 0 ? out : null,
    in: steps.filter((step) => !isOut(step)).map((step) => demandOf(step, current)),
  };
}

/**
 * One for each alarm that stands in ALARM and names the policy, whether or not it is the one acting now: at once means
 * all that are wanted. Actions of OK and INSUFFICIENT_DATA run only as the state is entered.
 */
export function stepDemandsOf(policy: StepScalingPolicy, { alarms, acting }: Situation): StepDemand[] {
  const { policyName, policyArn, adjustmentType, minAdjustmentMagnitude, cooldownMs } = policy;
  const { aggregation, steps } = policy;
  return Object.values(alarms).flatMap((alarm) => {
    const { alarmName, actionsEnabled, comparison, threshold } = alarm.definition;
    const standing = actionsEnabled && (alarm.state === 'ALARM' || acting.has(alarmName));
    if (!standing || !actionsNow(alarm).includes(policyArn)) return [];
    const values = alarm.evaluated.map(({ value }) => value);
    if (values.length === 0) return [];
    const decisive = decisiveValues(values, { comparison, threshold });
    const step = findStep(steps, aggregate(decisive, aggregation) - threshold, comparison);
    if (!step) return [];
    const { adjustment } = step;
    return [{ policyName, alarmName, adjustmentType, minAdjustmentMagnitude, cooldownMs, adjustment }];
  });
}

/**
 * The datapoints that a policy aggregates: those of the alarm's evaluation that breach, all of them if none does. AWS
 * says "aggregated" and not over what: inferred. With M out of N the others would hide the breach.
 */
export function decisiveValues(
  values: readonly number[],
  { comparison, threshold }: { comparison: ComparisonOperator; threshold: number },
): readonly number[] {
  const breaching = values.filter((value) => isBreaching(comparison, value, threshold));
  return breaching.length > 0 ? breaching : values;
}

/** Above 0: out. Below 0: in. */
function directionOf(step: StepDemand, current: number): number {
  return step.adjustmentType === 'ExactCapacity' ? step.adjustment - current : step.adjustment;
}

function demandOf(step: StepDemand, capacity: number): Demand {
  const { cooldownMs, alarmName, policyName } = step;
  const wanted = adjustedCapacity(step, step.adjustment, capacity);
  return { wanted, cooldownMs, alarmName, policyName, ifNotIn: 'AlreadyAtDesiredCapacity' };
}
