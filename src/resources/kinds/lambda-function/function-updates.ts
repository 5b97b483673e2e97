import { type WaitLimits, waitOut } from '../../consistency/wait.ts';
import type { Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';
import { arnPattern } from '../kind/permission.ts';

/** Functions of ours. */
export const functions = [arnPattern('lambda', 'function:mlbench*')];

/** Lambda makes and updates a function within seconds. */
export const lambdaLimits: WaitLimits = { intervalMs: 1_000, timeoutMs: 300_000 };

/**
 * Lambda takes one change of a function at a time, and refuses a second with `The operation cannot be performed at this
 * time. An update is in progress for resource: …`: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html.
 * Its other conflicts (`… already exists`) do not pass by waiting.
 */
export function retryWhileFunctionUpdates<Result>(
  call: () => Promise<Result>,
  scope: Scope,
): Promise<Result> {
  return waitOut(
    call,
    (refusal) =>
      isCloudError(refusal, 'ResourceConflictException', /in progress|at this time|currently in/i)
        ? 'waiting for an update of the function'
        : undefined,
    scope,
    lambdaLimits,
  );
}
