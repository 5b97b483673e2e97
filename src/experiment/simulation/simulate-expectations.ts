import { userError } from '../../core/errors.ts';
import { meetsExpectation } from '../../record/judgement/expectation.ts';
import type { Expectation, JudgedExpectation } from '../../record/schemas/expectation-schema.ts';
import type { SimulationSummary } from '../../scaling/simulate/spec.ts';
import type { SimulateOptions } from './simulate-options.ts';

const predictable = 'p50, p95, p99 and p99.9 of response time, errors and rate can be predicted';

/** @throws MlbenchError `bad-expectation` for what a simulation cannot say (exit code 2) */
export function judgeSimulation(
  expectations: readonly Expectation[],
  summary: SimulationSummary,
): JudgedExpectation[] {
  return expectations.map((expected) => {
    const observed = observedOf(expected, summary);
    return { ...expected, observed, passed: observed !== null && meetsExpectation(expected, observed) };
  });
}

/** Microseconds: `--slo`, else the limit of the first expectation of a response percentile, else ten service times. */
export function sloOf({ sloMs, expectations = [] }: SimulateOptions, meanServiceUs: number): number {
  if (sloMs !== undefined) return sloMs * 1_000;
  const first = expectations.find(
    (expected) => expected.quantity === 'percentile' && expected.latency === 'response',
  );
  return first?.value ?? meanServiceUs * 10;
}

function observedOf(expected: Expectation, summary: SimulationSummary): number | null {
  const { requests, responseUs, durationMs } = summary;
  if (expected.quantity === 'errors')
    return requests.offered > 0 ? requests.dropped / requests.offered : null;
  if (expected.quantity === 'rate') return (requests.served * 1_000) / durationMs;
  if (expected.quantity === 'percentile' && expected.latency === 'response') {
    const known: Record<number, keyof NonNullable<SimulationSummary['responseUs']>> = {
      50: 'p50',
      95: 'p95',
      99: 'p99',
      99.9: 'p99_9',
    };
    const key = known[expected.percentile];
    if (key) return responseUs?.[key] ?? null;
  }
  throw userError('bad-expectation', `--expect: "${expected.expression}" cannot be predicted`, predictable);
}
