import { unreachable } from '../../core/events.ts';
import type { OfferedCount } from '../../offered/intended-count.ts';
import { driveOf, hasTimedStarts } from '../../offered/offered-load.ts';
import {
  type CheckName,
  checks,
  type Finding,
  fineSendLagMs,
  judgeCheck,
} from '../../record/judgement/checks.ts';
import { isUpperBound } from '../../record/judgement/expectation.ts';
import type { LatencyDistribution } from '../../record/latency/distribution.ts';
import type { Expectation } from '../../record/schemas/expectation-schema.ts';
import type { RunResult, ValidityCheck } from '../../record/schemas/result.ts';
import type { Totals } from '../measure/totals.ts';
import { type LoadPlan, sharesMachine } from '../plan/plan.ts';
import { requestsNeeded } from './early-stopping.ts';
import type { Judgement } from './judge-expectations.ts';

export interface MeasuredRun {
  plan: Pick<LoadPlan, 'offered' | 'destination' | 'maxSendLagMs'>;
  totals: Totals;
  judgements: readonly Judgement[];
  /** What the schedule held up to the end of sending; null in the closed model. */
  offered: OfferedCount | null;
  /** Null: not known yet. */
  loopLagUsP99: number | null;
  /** From the end of the warm-up to the end of sending. */
  measuredMs: number;
  workers: number;
  /** Workers that reported to the end. */
  workersDone: number;
  /** `--debug` looked at every request. */
  debugged: boolean;
}

/**
 * Whether the run can be believed: a run with a failed check of severity `error` is INVALID, whatever its figures say.
 * Against a service on the same machine the generator cannot be blamed alone for lag and busyness: warnings there.
 */
export function judgeValidity(run: MeasuredRun): RunResult['validity'] {
  const judged = (Object.keys(checks) as CheckName[]).flatMap((name) => judgeBy(name, run));
  const failed = judged.some((check) => check.severity === 'error' && !check.passed);
  return { verdict: failed ? 'INVALID' : 'VALID', checks: judged };
}

function judgeBy<Name extends CheckName>(name: Name, run: MeasuredRun): ValidityCheck[] {
  return findings[name](run).map((finding) =>
    judgeCheck(name, finding, { sharesMachine: sharesMachine(run.plan) }),
  );
}

/** What the run showed for each check of the list; nothing where a check does not apply to it. */
const findings: { [Name in CheckName]: (run: MeasuredRun) => Finding<Name>[] } = {
  sendLag: findSendLag,
  sendLagAtThreshold: findSendLagAtThreshold,
  offered: findOffered,
  // They never left: whatever the service would have made of them, nobody knows.
  localFailures: ({ totals: { localFailures } }) => [{ observed: localFailures }],
  generatorBusy: findGeneratorBusy,
  bookkeeping: ({ totals: { counts, inFlightAtEnd } }) => [
    { observed: Math.abs(counts.sent - counts.succeeded - counts.failed - inFlightAtEnd) },
  ],
  littlesLaw: findLittlesLaw,
  // A server that says things unasked may have said them a moment later, and been taken at its word for the next
  // answer.
  strayAnswers: ({ totals: { strayAnswers } }) => (strayAnswers === 0 ? [] : [{ observed: strayAnswers }]),
  // Nobody was served by them; of a scenario that expects one, the figure is right and the warning can be passed over.
  redirects: ({ totals: { traffic } }) => (traffic.pointing === 0 ? [] : [{ observed: traffic.pointing }]),
  debug: ({ debugged, totals: { counts } }) => (debugged ? [{ observed: counts.sent }] : []),
  samples: findSamples,
  // How late the worst worker's event loop ran its timers.
  loopLag: ({ loopLagUsP99 }) => (loopLagUsP99 === null ? [] : [{ observed: loopLagUsP99 }]),
  stall: ({ totals: { peaks }, measuredMs }) => [
    { observed: (peaks.heldUpMs ?? 0) * 1_000, limit: longestHoldUpUs(measuredMs) },
  ],
  // Clocks are slewed by a little all the time: only a jump is worth a line.
  clockJump({ totals: { peaks }, measuredMs }) {
    const limit = longestHoldUpUs(measuredMs);
    const observed = (peaks.clockGainMs ?? 0) * 1_000;
    return observed > limit ? [{ observed, limit }] : [];
  },
  // A worker that died took its users with it: the offered load was not the plan's.
  workers: ({ workers, workersDone }) => [{ observed: workersDone, limit: workers }],
};

/** A second, or a hundredth of the measured part: in less than that no percentile that anybody reads is decided. */
function longestHoldUpUs(measuredMs: number): number {
  return Math.max(1_000, measuredMs / 100) * 1_000;
}

/** p99 within what the plan says, else 5 ms or 10 % of the response time's p99, whichever is more. */
function findSendLag({ plan, totals }: MeasuredRun): Finding<'sendLag'>[] {
  // Without timers nothing can be late.
  if (!hasTimedStarts(plan.offered)) return [];
  const { sendLag, response } = totals.latency;
  const observed = sendLag.percentile(99) ?? 0;
  if (plan.maxSendLagMs !== null) return [{ observed, limit: plan.maxSendLagMs * 1_000, limitGiven: true }];
  return [{ observed, limit: Math.max(fineSendLagMs * 1_000, 0.1 * (response.percentile(99) ?? 0)) }];
}

/** A limit missed by less than the generator's own lateness was perhaps not missed by the service. */
function findSendLagAtThreshold({ plan, totals, judgements }: MeasuredRun): Finding<'sendLagAtThreshold'>[] {
  if (!hasTimedStarts(plan.offered)) return [];
  return judgements.flatMap(({ expectation, observed, passed }) => {
    if (passed || observed === null) return [];
    // Lateness only lengthens times, so it cannot explain a `>` expectation that was missed.
    if (!isUpperBound(expectation)) return [];
    const lag = sendLagIn(expectation, totals.latency.sendLag);
    return lag === null ? [] : [{ observed: lag, limit: observed - expectation.value }];
  });
}

/** How much of what was observed may be the generator's own lateness; null: none of it can be. */
function sendLagIn(expectation: Expectation, sendLag: LatencyDistribution): number | null {
  switch (expectation.quantity) {
    case 'percentile':
      return expectation.latency === 'response' ? (sendLag.percentile(expectation.percentile) ?? 0) : null;
    case 'mean':
      return expectation.latency === 'response' ? (sendLag.mean() ?? 0) : null;
    case 'max':
      return expectation.latency === 'response' ? (sendLag.max ?? 0) : null;
    case 'errors':
    case 'rate':
      return null;
    default:
      return unreachable(expectation);
  }
}

/**
 * Sends (of a scenario: flows begun), not answers: an overloaded service is not our fault; but one that no connection
 * of ours was tried for is none.
 */
function findOffered({ offered, totals }: MeasuredRun): Finding<'offered'>[] {
  if (offered === null) return [];
  const begun = totals.flows?.started ?? totals.counts.sent - totals.starved;
  return [{ observed: offered.arrivals === 0 ? 1 : begun / offered.arrivals }];
}

/** While all users were active. Arrivals have their send lag: there, polling keeps a loop busy that is never late. */
function findGeneratorBusy({ plan, totals }: MeasuredRun): Finding<'generatorBusy'>[] {
  if (driveOf(plan.offered).drivenBy === 'arrivals') return [];
  return [{ observed: Math.max(0, ...totals.loopUtilisation) }];
}

/**
 * Over the whole run: the integral of the number in flight equals the sum of the times that requests spent in flight.
 * Two computations that share no sum; of few requests, rounding alone may be a hundredth.
 */
function findLittlesLaw({
  totals: { counts, inFlightMs, residenceMs },
}: MeasuredRun): Finding<'littlesLaw'>[] {
  if (counts.sent < 1_000) return [];
  return [{ observed: residenceMs === 0 ? 0 : Math.abs(inFlightMs - residenceMs) / residenceMs }];
}

/**
 * A percentile that was met needs enough requests to prove it; the hardest decides. One that was missed needs no proof.
 */
function findSamples({ totals, judgements }: MeasuredRun): Finding<'samples'>[] {
  const proofs = judgements.flatMap(({ expectation, passed }) => {
    if (!passed || expectation.quantity !== 'percentile') return [];
    const distribution = totals.latency[expectation.latency];
    const over = distribution.countAbove(expectation.value);
    return [{ observed: distribution.count, limit: requestsNeeded(expectation.percentile / 100, over) }];
  });
  return proofs.sort((a, b) => a.observed / a.limit - b.observed / b.limit).slice(0, 1);
}
