import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { systemClock } from '../core/clock.ts';
import { withCrossOrigin } from './cross-origin.ts';
import { answerWithinMs, errorResponse, evaluate } from './evaluate.ts';
import type { ModelInvoker } from './model-invoker.ts';
import type { HttpApiEvent, HttpApiResponse } from './payload.ts';
import { createSdkInvoker } from './sdk-invoker.ts';

/**
 * The AWS Lambda behind API Gateway's HTTP API (payload format 2.0). `ENDPOINT_NAME` names the endpoint; region and
 * credentials come from Lambda. One client a container, made at the first request: a cold start that only greets pays
 * nothing for it. The SDK is bundled, so that what was tested is what runs, not the version that Lambda ships this
 * month.
 */
export async function handler(event: HttpApiEvent, context?: LambdaContext): Promise<HttpApiResponse> {
  const remainingMs = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  const response = await evaluate(
    event,
    { invoker: lazyInvoker, clock: systemClock, origins, log: (line) => process.stderr.write(`${line}\n`) },
    Math.max(0, Math.min(answerWithinMs, remainingMs - answerMarginMs)),
  );
  return fits(response) ? response : tooLarge(event);
}

/** The API is open to whoever knows its URL: to every web page too. */
const origins = ['*'];

/** What the handler asks of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Kept for answering, when Lambda's own timeout is shorter than the gateway's. */
const answerMarginMs = 500;

/** Bytes of JSON that Lambda passes back; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxResponseBytes = 6_291_556;

/** An endpoint may answer as much as that before it is wrapped and escaped; what is small is not measured. */
function fits(response: HttpApiResponse): boolean {
  return response.body.length < 1_000_000 || Buffer.byteLength(JSON.stringify(response)) <= maxResponseBytes;
}

function tooLarge({ headers, requestContext: { requestId } }: HttpApiEvent): HttpApiResponse {
  const response = errorResponse(requestId, {
    status: 500,
    code: 'ResponseTooLarge',
    message: "The model's answer is larger than what Lambda passes back, about 6 MB.",
  });
  return withCrossOrigin(response, headers['origin'], origins);
}

let invoker: ModelInvoker | undefined;

const lazyInvoker: ModelInvoker = {
  invoke(request) {
    invoker ??= createSdkInvoker(
      new SageMakerRuntimeClient({ maxAttempts: 1, requestHandler: { connectionTimeout: 3_000 } }),
      requiredSetting('ENDPOINT_NAME'),
    );
    return invoker.invoke(request);
  },
};

function requiredSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the function's environment has no ${name}`);
  return value;
}
