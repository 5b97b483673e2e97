import { meetsExpectation } from '../../record/judgement/expectation.ts';
import type { Expectation, JudgedExpectation } from '../../record/schemas/expectation-schema.ts';
import type { Totals } from '../measure/totals.ts';

/** What the run showed for one expectation, in the expectation's unit; null where nothing was measured. */
export interface Judgement {
  expectation: Expectation;
  observed: number | null;
  /** Nothing measured meets nothing. */
  passed: boolean;
}

export function judgeExpectations(
  expectations: readonly Expectation[],
  totals: Totals,
  achievedRps: number,
): Judgement[] {
  return expectations.map((expectation) => {
    const observed = observe(expectation, totals, achievedRps);
    return { expectation, observed, passed: observed !== null && meetsExpectation(expectation, observed) };
  });
}

export function toJudgedExpectation({ expectation, observed, passed }: Judgement): JudgedExpectation {
  return { ...expectation, observed, passed };
}

function observe(expectation: Expectation, totals: Totals, achievedRps: number): number | null {
  switch (expectation.quantity) {
    case 'percentile':
      return totals.latency[expectation.latency].percentile(expectation.percentile);
    case 'mean':
      return totals.latency[expectation.latency].mean();
    case 'max':
      return totals.latency[expectation.latency].max;
    case 'errors': {
      const failed = totals.counts.failed - totals.warmup.failed;
      const ended = failed + totals.counts.succeeded - totals.warmup.succeeded;
      return ended === 0 ? null : failed / ended;
    }
    case 'rate':
      return achievedRps;
  }
}
