import { isCloudError } from './cloud-errors.ts';
import type { Scope } from './resource.ts';
import { waitOut } from './wait-out.ts';

/**
 * A role that has just been made, or given its policy, is not known everywhere for 10 to 30 s, and until then services
 * refuse it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency.
 * Calls again for up to a minute; then the service's refusal stands.
 */
export function retryWhileRoleSettles<Result>(call: () => Promise<Result>, scope: Scope): Promise<Result> {
  return waitOut(
    call,
    (error) =>
      refusals.some(({ name, message }) => isCloudError(error, name, message))
        ? 'waiting for the role to be known everywhere'
        : undefined,
    scope,
    { intervalMs: 3_000, timeoutMs: 60_000 },
  );
}

/** Each service's own words for a role that it cannot assume yet, or whose policy it does not see yet. */
const refusals: readonly { name: string; message: RegExp }[] = [
  // SageMaker CreateModel, CreateEndpoint
  { name: 'ValidationException', message: /could not assume role/i },
  { name: 'ValidationException', message: /could not access model data .*ensure that the role/is },
  // Lambda CreateFunction; the second when it encrypts the environment in the role's name.
  { name: 'InvalidParameterValueException', message: /cannot be assumed by lambda/i },
  { name: 'InvalidParameterValueException', message: /arn does not refer to a valid principal/i },
  // EventBridge Scheduler CreateSchedule
  { name: 'ValidationException', message: /must allow aws eventbridge scheduler to assume the role/i },
];
