import {
  InvokeEndpointCommand,
  type SageMakerRuntimeClient,
  SageMakerRuntimeServiceException,
} from '@aws-sdk/client-sagemaker-runtime';
import { type Invocation, type ModelInvoker, readRetryAfter } from './model-invoker.ts';

/**
 * InvokeEndpoint through the AWS SDK: on Lambda, where credentials and the region's address are its business.
 * @param client made with `maxAttempts: 1`: the caller must see throttles
 */
export function createSdkInvoker(client: SageMakerRuntimeClient, endpointName: string): ModelInvoker {
  return {
    async invoke({ body, contentType, accept, signal }): Promise<Invocation> {
      try {
        const answer = await client.send(
          new InvokeEndpointCommand({
            EndpointName: endpointName,
            Body: body,
            ContentType: contentType,
            Accept: accept,
          }),
          { abortSignal: signal },
        );
        return {
          kind: 'answered',
          body: answer.Body ?? new Uint8Array(),
          contentType: answer.ContentType ?? 'application/json',
          variant: answer.InvokedProductionVariant ?? null,
        };
      } catch (error) {
        if (signal.aborted) throw error;
        return readFailure(error);
      }
    },
  };
}

function readFailure(error: unknown): Invocation {
  if (!(error instanceof SageMakerRuntimeServiceException)) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return {
      kind: 'unreachable',
      reason: `${error instanceof Error ? error.message : String(error)}${code}`,
    };
  }
  const members = error as { OriginalStatusCode?: unknown; OriginalMessage?: unknown };
  return {
    kind: 'refused',
    code: error.name,
    status: error.$metadata.httpStatusCode ?? 0,
    message: error.message,
    originalStatusCode: typeof members.OriginalStatusCode === 'number' ? members.OriginalStatusCode : null,
    originalMessage: typeof members.OriginalMessage === 'string' ? members.OriginalMessage : null,
    retryAfterSeconds: readRetryAfter(error.$response?.headers['retry-after']),
  };
}
