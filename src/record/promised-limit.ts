import { parseExpectation } from './expectation.ts';

/**
 * The strictest limit of p99 response time that the run was held to (`--expect 'p99<200ms'`).
 * @param expressions as given on the command line; what cannot be read is no limit
 * @returns µs; null where none was asked for
 */
export function promisedP99Us(expressions: readonly string[]): number | null {
  const limits = expressions.flatMap((expression) => {
    try {
      const expected = parseExpectation(expression);
      const isP99 =
        expected.subject === 'percentile' && expected.kind === 'response' && expected.percentile === 99;
      return isP99 ? [expected.limit] : [];
    } catch {
      return [];
    }
  });
  return limits.length > 0 ? Math.min(...limits) : null;
}
