import { isCloudError } from './cloud-errors.ts';
import type { Scope } from './resource.ts';
import { waitOut } from './wait-out.ts';

/**
 * SageMaker reads names from an eventually consistent store: what was made a moment ago may not be found, and AWS
 * recommends to call again (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html).
 * @param what is named in the call: `model`
 */
export function retryUntilKnown<Result>(
  call: () => Promise<Result>,
  what: 'model' | 'endpoint configuration',
  scope: Scope,
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
