import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { systemClock } from '../core/clock.ts';
import { answerWithinMs, evaluate } from './evaluate.ts';
import type { ModelInvoker } from './model-invoker.ts';
import type { HttpApiEvent, HttpApiResponse } from './payload.ts';
import { createSdkInvoker } from './sdk-invoker.ts';

/**
 * The AWS Lambda behind API Gateway's HTTP API (payload format 2.0). `ENDPOINT_NAME` names the endpoint; region and
 * credentials come from Lambda. One client a container, made at the first request: a cold start that only greets pays
 * nothing for it. The SDK is bundled, so that what was tested is what runs, not the version that Lambda ships this month.
 */
export async function handler(event: HttpApiEvent, context?: LambdaContext): Promise<HttpApiResponse> {
  const remainingMs = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  return await evaluate(
    event,
    { invoker: lazyInvoker, clock: systemClock, log: (line) => process.stderr.write(`${line}\n`) },
    Math.max(0, Math.min(answerWithinMs, remainingMs - answerMarginMs)),
  );
}

/** What the handler asks of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Kept for answering, when Lambda's own timeout is shorter than the gateway's. */
const answerMarginMs = 500;

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
