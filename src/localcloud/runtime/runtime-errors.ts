import { ServiceError } from '../service/operation.ts';

/** What the container answered instead of a prediction; status 0: it gave no answer. */
export interface ContainerFailure {
  status: number;
  body: string;
}

export interface ErrorPlace {
  endpointName: string;
  region: string;
  accountId: string;
}

/**
 * Status 424, with what the container said:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export function modelError(failure: ContainerFailure, place: ErrorPlace): ServiceError {
  const { endpointName, region, accountId } = place;
  const logGroup = `/aws/sagemaker/Endpoints/${endpointName}`;
  const isClient = failure.status >= 400 && failure.status < 500;
  const said = failure.body.length > 1_024 ? `${failure.body.slice(0, 1_024)}…` : failure.body;
  return new ServiceError(
    'ModelError',
    `Received ${isClient ? 'client' : 'server'} error (${failure.status}) from primary with message "${said}". The log group ${logGroup} of the stand-in has more.`,
    424,
    {
      ErrorCode: isClient ? 'CLIENT_ERROR_FROM_MODEL' : 'INTERNAL_FAILURE_FROM_MODEL',
      OriginalStatusCode: failure.status,
      OriginalMessage: failure.body,
      LogStreamArn: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`,
    },
  );
}

export const timeoutMessage =
  'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.';

/** Also while it is Creating, Failed or Deleting: the runtime knows only endpoints that serve. */
export function endpointNotFound({ endpointName, accountId }: ErrorPlace): ServiceError {
  return new ServiceError('ValidationError', `Endpoint ${endpointName} of account ${accountId} not found.`);
}

export function payloadTooLarge(maxBytes: number): ServiceError {
  return new ServiceError(
    'ValidationError',
    `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
  );
}

export function noInstanceServes(): ServiceError {
  return new ServiceError(
    'ServiceUnavailable',
    'The service is unavailable: no instance is serving. Try your call again.',
    503,
  );
}
