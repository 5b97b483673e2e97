/** Refusals that pass by themselves, because AWS tells its own services of a change some seconds late. */
import { isCloudError } from '../sdk/cloud-errors.ts';
import { type WaitScope, waitOut } from './wait.ts';

/**
 * A role that has just been made, or given its policy, is not known everywhere for 10 to 30 s, and until then services
 * refuse it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency. Calls
 * again for up to a minute; then the service's refusal stands.
 */
export function retryUntilRoleKnown<Result>(call: () => Promise<Result>, scope: WaitScope): Promise<Result> {
  return waitOut(
    call,
    (error) =>
      roleRefusals.some(({ name, message }) => isCloudError(error, name, message))
        ? 'waiting for the role to be known everywhere'
        : undefined,
    scope,
    { intervalMs: 3_000, timeoutMs: 60_000 },
  );
}

/** Each service's own words for a role that it cannot assume yet, or whose policy it does not see yet. */
const roleRefusals: readonly { name: string; message: RegExp }[] = [
  // SageMaker CreateModel, CreateEndpoint
  { name: 'ValidationException', message: /could not assume role/i },
  { name: 'ValidationException', message: /could not access model data .*ensure that the role/is },
  // Lambda CreateFunction; the second when it encrypts the environment in the role's name.
  { name: 'InvalidParameterValueException', message: /cannot be assumed by lambda/i },
  { name: 'InvalidParameterValueException', message: /arn does not refer to a valid principal/i },
  // EventBridge Scheduler CreateSchedule
  { name: 'ValidationException', message: /must allow aws eventbridge scheduler to assume the role/i },
];

/**
 * SageMaker reads names from an eventually consistent store: what was made a moment ago may not be found, and AWS
 * recommends to call again (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html).
 * @param what is named in the call: `model`
 */
export function retryUntilNameKnown<Result>(
  call: () => Promise<Result>,
  what: 'model' | 'endpoint configuration',
  scope: WaitScope,
): Promise<Result> {
  const unknown = new RegExp(`could not find ${what}\\b`, 'i');
  return waitOut(
    call,
    (refusal) =>
      isCloudError(refusal, 'ValidationException', unknown)
        ? `waiting for the ${what} to be known everywhere`
        : undefined,
    scope,
    { intervalMs: 2_000, timeoutMs: 60_000 },
  );
}

/** Registering a scalable target is eventually consistent: right after it the target may not be found yet. */
export function retryUntilTargetKnown<Result>(
  call: () => Promise<Result>,
  scope: WaitScope,
): Promise<Result> {
  return waitOut(
    call,
    (refusal) =>
      isCloudError(refusal, 'ObjectNotFoundException')
        ? 'waiting for the scalable target to be known everywhere'
        : undefined,
    scope,
    { intervalMs: 1_000, timeoutMs: 4_000 },
  );
}
