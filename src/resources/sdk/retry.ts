import { type Clock, sleep } from '../../core/clock.ts';
import { systemErrorCode } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { responseStatusOf } from './cloud-errors.ts';

export type Fault = 'throttled' | 'transient' | 'final';

export interface RetryPolicy {
  clock: Clock;
  random: Random;
  signal: AbortSignal;
  /** Calls in all, the first one too. */
  attempts: number;
}

/**
 * Calls again after what may pass, with exponential back-off and full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). The last error is thrown as it is.
 */
export async function withRetries<Result>(
  call: () => Promise<Result>,
  classify: (error: unknown) => Fault,
  policy: RetryPolicy,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const fault = classify(error);
      if (fault === 'final' || attempt >= policy.attempts) throw error;
      const { baseMs, capMs } = backOff[fault];
      const ceilingMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
      await sleep(policy.clock, policy.random.between(0, ceilingMs), policy.signal);
    }
  }
}

/** What an SDK error says of a second try. */
export function classifyFault(error: unknown): Fault {
  if (!(error instanceof Error)) return 'final';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (throttlingNames.has(error.name) || status === 429) return 'throttled';
  if (transientNames.has(error.name) || transientCodes.has(systemErrorCode(error) ?? '')) return 'transient';
  // A gateway's page in place of an answer: the SDK fails at reading it.
  const seen = status ?? (error instanceof SyntaxError ? responseStatusOf(error) : undefined);
  return seen !== undefined && seen >= 500 ? 'transient' : 'final';
}

const backOff: Record<Exclude<Fault, 'final'>, { baseMs: number; capMs: number }> = {
  transient: { baseMs: 200, capMs: 5_000 },
  throttled: { baseMs: 1_000, capMs: 20_000 },
};

/**
 * The names under which the services throttle;
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const throttlingNames = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
]);

const transientNames = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalFailure',
]);
const transientCodes = new Set(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ECONNABORTED']);
