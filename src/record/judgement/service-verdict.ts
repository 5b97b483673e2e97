import type { JudgedExpectation } from '../schemas/expectation-schema.ts';
import type { RunResult, ServiceVerdict, ValidityCheck } from '../schemas/result.ts';
import { leavesUnproved } from './checks.ts';

/**
 * Whether the service did what was expected of it. Whether the measurement can be believed is another question, with a
 * verdict of its own: an INVALID run may show a service that met everything, and a VALID one a service that failed.
 *
 *   MISSED  an expectation was missed, or nothing was measured for it
 *   NONE    nothing was expected; or nothing was missed, of too few requests to prove what was met
 *   MET     every expectation was met, by enough requests to prove it
 */
export function judgeService(
  thresholds: readonly Pick<JudgedExpectation, 'passed'>[],
  checks: readonly Pick<ValidityCheck, 'name' | 'passed'>[] = [],
): ServiceVerdict {
  if (thresholds.some(({ passed }) => !passed)) return 'MISSED';
  if (thresholds.length === 0 || checks.some(leavesUnproved)) return 'NONE';
  return 'MET';
}

/** Of any record, be it older than the verdict. */
export function serviceVerdictOf({
  thresholds,
  validity,
}: Pick<RunResult, 'thresholds' | 'validity'>): ServiceVerdict {
  return judgeService(thresholds, validity.checks);
}

/** The verdict in a sentence that begins small; null: nothing was expected, and nothing is wrong. */
export function serviceWords(
  result: Pick<RunResult, 'thresholds' | 'validity' | 'requests'>,
  shareText: (share: number) => string,
): string | null {
  const { thresholds, requests, validity } = result;
  const all = thresholds.length;
  const share = () => shareText(requests.failed / (requests.failed + requests.succeeded));
  if (all === 0) {
    if (requests.failed === 0) return null;
    return `${share()} of the requests failed, and no expectation was given that says whether this is too much`;
  }
  // What cannot be believed is no fact, be it praise or blame.
  const ifBelieved = validity.verdict === 'VALID' ? '' : ', if these figures were to be believed';
  const failures = failsUnjudged(result)
    ? `; ${share()} of the requests failed, and no expectation says whether this is too much`
    : '';
  switch (serviceVerdictOf(result)) {
    case 'MET':
      return `the service did what was expected${ifBelieved}${failures}`;
    case 'MISSED': {
      const missed = thresholds.filter(({ passed }) => !passed).length;
      const expectations = all === 1 ? 'expectation' : 'expectations';
      return `the service did not do what was expected${ifBelieved}: ${missed} of ${all} ${expectations} missed${failures}`;
    }
    case 'NONE':
      return `too few requests to tell whether the service did what was expected${failures}`;
  }
}

/**
 * Whether the verdict praises the service: not by figures to doubt, and not beside failures that nothing was expected
 * of.
 */
export function isPraise(result: Pick<RunResult, 'thresholds' | 'validity' | 'requests'>): boolean {
  return serviceVerdictOf(result) === 'MET' && result.validity.verdict === 'VALID' && !failsUnjudged(result);
}

/**
 * The share of a simulation's requests that nobody would serve and that no expectation is about; null: there is none. A
 * queueing model drops fractions of a request: less than half a request is nothing.
 */
export function dropsUnjudged(
  thresholds: readonly Pick<JudgedExpectation, 'quantity'>[],
  { offered, dropped }: { offered: number; dropped: number },
): number | null {
  return failsUnjudged({ thresholds, requests: { failed: Math.round(dropped) } }) ? dropped / offered : null;
}

/** Requests failed, and a bound of another quantity, such as `p99<200ms`, has nothing to say of how many. */
function failsUnjudged({
  thresholds,
  requests,
}: {
  thresholds: readonly Pick<JudgedExpectation, 'quantity'>[];
  requests: { failed: number };
}): boolean {
  return requests.failed > 0 && !thresholds.some(({ quantity }) => quantity === 'errors');
}
