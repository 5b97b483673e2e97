import type { OfferedCount } from '../offered/intended-count.ts';
import { driveOf, hasTimedStarts } from '../offered/offered-load.ts';
import type { Totals } from './aggregate.ts';
import { requestsNeeded } from './early-stopping.ts';
import type { Judgement } from './judge-expectations.ts';
import type { LoadPlan } from './plan.ts';
import type { RunResult, ValidityCheck } from './result.ts';

export interface MeasuredRun {
  plan: Pick<LoadPlan, 'profile' | 'sharesMachine' | 'maxSendLagMs'>;
  totals: Totals;
  judgements: readonly Judgement[];
  /** What the schedule held up to the end of sending; null in the closed model. */
  offered: OfferedCount | null;
  loopLagUsP99: number;
  workers: number;
  /** Workers that reported to the end. */
  workersDone: number;
}

/**
 * Whether the run can be believed: a run with a failed check of severity `error` is INVALID, whatever its figures say.
 * Against a service on the same machine the generator cannot be blamed alone for lag and busyness: warnings there.
 */
export function judgeValidity(run: MeasuredRun): RunResult['validity'] {
  const checks = [
    ...sendLagChecks(run),
    ...offeredChecks(run),
    ...generatorBusyChecks(run),
    ...bookkeepingChecks(run.totals),
    ...strayAnswersChecks(run.totals),
    ...samplesChecks(run),
    loopLagCheck(run.loopLagUsP99),
    workersCheck(run),
  ];
  const failed = checks.some((check) => check.severity === 'error' && !check.passed);
  return { verdict: failed ? 'INVALID' : 'VALID', checks };
}

/** µs: p99 of send lag within what the plan says, else 5 ms or 10 % of the response time's p99, whichever is more. */
function sendLagChecks({ plan, totals, judgements }: MeasuredRun): ValidityCheck[] {
  if (!hasTimedStarts(plan.profile)) return [];
  const severity = plan.sharesMachine ? 'warning' : 'error';
  const { sendLag, response } = totals.latency;
  const observed = sendLag.percentile(99) ?? 0;
  const limit =
    plan.maxSendLagMs === null
      ? Math.max(5_000, 0.1 * (response.percentile(99) ?? 0))
      : plan.maxSendLagMs * 1_000;
  const checks: ValidityCheck[] = [
    { name: 'sendLag', severity, observed, limit: Math.round(limit), passed: observed <= limit },
  ];
  // A limit missed by less than the generator's own lateness was perhaps not missed by the service.
  for (const { expectation, observed: value, passed } of judgements) {
    if (passed || value === null || expectation.subject !== 'percentile' || expectation.kind !== 'response')
      continue;
    // Lateness makes times longer: it excuses none that was expected to be longer still.
    if (expectation.operator.startsWith('>')) continue;
    const lag = sendLag.percentile(expectation.percentile) ?? 0;
    const missedBy = value - expectation.limit;
    checks.push({
      name: 'sendLagAtThreshold',
      severity,
      observed: lag,
      limit: missedBy,
      passed: lag <= missedBy,
    });
  }
  return checks;
}

/**
 * Of the arrivals that the schedule held, 99 % were sent (of a scenario: their flows begun). Sends, not answers: an overloaded
 * service is not our fault; but one that no connection of ours was tried for is none.
 */
function offeredChecks({ offered, totals }: MeasuredRun): ValidityCheck[] {
  if (offered === null) return [];
  const begun = totals.flows?.started ?? totals.counts.sent - totals.starved;
  const observed = offered.arrivals === 0 ? 1 : begun / offered.arrivals;
  return [
    {
      name: 'offered',
      severity: 'error',
      observed: round(observed, 4),
      limit: 0.99,
      passed: observed >= 0.99,
    },
  ];
}

/**
 * Share of time the busiest worker's event loop worked, while all users were active. Arrivals have their send lag: there,
 * polling keeps a loop busy that is never late.
 */
function generatorBusyChecks({ plan, totals }: MeasuredRun): ValidityCheck[] {
  if (driveOf(plan.profile).drivenBy === 'arrivals') return [];
  const observed = Math.max(0, ...totals.loopUtilisation);
  return [
    {
      name: 'generatorBusy',
      severity: plan.sharesMachine ? 'warning' : 'error',
      observed: round(observed, 3),
      limit: 0.95,
      passed: observed <= 0.95,
    },
  ];
}

/**
 * sent = succeeded + failed + in flight at the end; and Little's law over the whole run: the integral of the number in
 * flight equals the sum of the times that requests spent in flight. Two computations that share no sum.
 */
function bookkeepingChecks({ counts, inFlightAtEnd, inFlightMs, residenceMs }: Totals): ValidityCheck[] {
  const difference = Math.abs(counts.sent - counts.succeeded - counts.failed - inFlightAtEnd);
  const checks: ValidityCheck[] = [
    { name: 'bookkeeping', severity: 'error', observed: difference, limit: 0, passed: difference === 0 },
  ];
  if (counts.sent >= 1_000) {
    const share = residenceMs === 0 ? 0 : Math.abs(inFlightMs - residenceMs) / residenceMs;
    checks.push({
      name: 'littlesLaw',
      severity: 'error',
      observed: round(share, 6),
      limit: 0.01,
      passed: share <= 0.01,
    });
  }
  return checks;
}

/** A server that says things unasked may have said them a moment later, and been taken at its word for the next answer. */
function strayAnswersChecks({ strayAnswers }: Totals): ValidityCheck[] {
  if (strayAnswers === 0) return [];
  return [{ name: 'strayAnswers', severity: 'error', observed: strayAnswers, limit: 0, passed: false }];
}

/** A percentile that was met needs enough requests to prove it. One that was missed needs no proof. */
function samplesChecks({ totals, judgements }: MeasuredRun): ValidityCheck[] {
  const proofs = judgements.flatMap(({ expectation, passed }) => {
    if (!passed || expectation.subject !== 'percentile') return [];
    const distribution = totals.latency[expectation.kind];
    const over = distribution.countAbove(expectation.limit);
    return [{ observed: distribution.count, limit: requestsNeeded(expectation.percentile / 100, over) }];
  });
  const hardest = proofs.sort((a, b) => a.observed / a.limit - b.observed / b.limit)[0];
  if (hardest === undefined) return [];
  return [{ name: 'samples', severity: 'error', ...hardest, passed: hardest.observed >= hardest.limit }];
}

/** µs: how late the worst worker's event loop ran its timers. */
function loopLagCheck(loopLagUsP99: number): ValidityCheck {
  return {
    name: 'loopLag',
    severity: 'warning',
    observed: Math.round(loopLagUsP99),
    limit: 50_000,
    passed: loopLagUsP99 <= 50_000,
  };
}

/** A worker that died took its users with it: the offered load was not the plan's. */
function workersCheck({ workers, workersDone }: MeasuredRun): ValidityCheck {
  return {
    name: 'workers',
    severity: 'error',
    observed: workersDone,
    limit: workers,
    passed: workersDone === workers,
  };
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
