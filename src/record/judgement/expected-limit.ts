import type { Expectation } from '../schemas/expectation-schema.ts';
import { isUpperBound } from './expectation.ts';

/**
 * The strictest limit of p99 response time that the run was held to (`--expect 'p99<200ms'`).
 * @returns µs; null where none was asked for
 */
export function expectedP99Us(expectations: readonly Expectation[]): number | null {
  const limits = expectations.flatMap((expected) =>
    expected.quantity === 'percentile' &&
    expected.latency === 'response' &&
    expected.percentile === 99 &&
    isUpperBound(expected)
      ? [expected.value]
      : [],
  );
  return limits.length > 0 ? Math.min(...limits) : null;
}
