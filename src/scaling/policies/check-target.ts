/** Checks what `RegisterScalableTarget` takes for a variant, without a cloud: shared by whoever accepts it. */
import { isBurstable } from '../../catalog/instance-types.ts';
import { invalid, type PolicyProblem } from './problem.ts';

/** Only endpoints with managed instance scaling may go to zero (AWS: "Scale an endpoint to zero instances"). */
const leastInstances = 1;
/** Each instance is a process on this machine; AWS's own bound is the account's quota. */
const mostInstances = 1_000;

/** @returns null: AWS would take it. */
export function checkCapacityRange(minCapacity: number, maxCapacity: number): PolicyProblem | null {
  if (!Number.isInteger(minCapacity) || minCapacity < leastInstances)
    return invalid(
      `Minimum capacity cannot be less than ${leastInstances} for a SageMaker endpoint variant`,
      `use a minimum of at least ${leastInstances} instance`,
    );
  if (!Number.isInteger(maxCapacity) || maxCapacity < minCapacity)
    return invalid(
      'Maximum capacity cannot be less than minimum capacity',
      `raise the maximum to ${minCapacity} or more, or lower the minimum`,
    );
  if (maxCapacity > mostInstances)
    return {
      code: 'LimitExceededException',
      problem: `Maximum capacity ${maxCapacity} is more instances than this cloud can run: at most ${mostInstances}`,
      remedy: `use a maximum of ${mostInstances} or less`,
    };
  return null;
}

/** AWS: burstable instances such as T2 cannot be scaled. @returns null: AWS would take it. */
export function checkScalableInstanceType(instanceType: string): PolicyProblem | null {
  if (!isBurstable(instanceType)) return null;
  return invalid(
    `Automatic scaling is not supported for burstable instances such as ${instanceType}`,
    'use another instance type, such as ml.m5.large, or no autoscaling',
  );
}
