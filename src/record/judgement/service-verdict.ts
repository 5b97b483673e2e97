import type { JudgedExpectation } from '../schemas/expectation-schema.ts';
import type { RunResult, ServiceVerdict, ValidityCheck } from '../schemas/result.ts';
import { leavesUnproved } from './checks.ts';

/**
 * Whether the service did what was expected of it. Whether the measurement can be believed is another question, with a verdict of
 * its own: an INVALID run may show a service that met everything, and a VALID one a service that failed.
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
  switch (serviceVerdictOf(result)) {
    case 'MET':
      return `the service did what was expected${validity.verdict === 'VALID' ? '' : ', if these figures were to be believed'}`;
    case 'MISSED': {
      const missed = thresholds.filter(({ passed }) => !passed).length;
      return `the service did not do what was expected: ${missed} of ${all} ${all === 1 ? 'expectation' : 'expectations'} missed`;
    }
    case 'NONE': {
      if (all > 0) return 'too few requests to tell whether the service did what was expected';
      if (requests.failed === 0) return null;
      const share = shareText(requests.failed / (requests.failed + requests.succeeded));
      return `${share} of the requests failed, and no expectation was given that says whether this is too much`;
    }
  }
}
