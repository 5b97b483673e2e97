import { redactUrl } from '../../core/redact.ts';
import type { OfferedCount } from '../../offered/intended-count.ts';
import { judgeService } from '../../record/judgement/service-verdict.ts';
import { summariseLatency } from '../../record/latency/distribution.ts';
import type { LatencySummary } from '../../record/latency/latency-summary.ts';
import type { Expectation } from '../../record/schemas/expectation-schema.ts';
import type { LatencyKind, RunResult } from '../../record/schemas/result.ts';
import { toErrorGroup } from '../measure/error-groups.ts';
import { toNamedRequests } from '../measure/named-totals.ts';
import { latencyKinds } from '../measure/snapshot.ts';
import type { Totals } from '../measure/totals.ts';
import type { Destination, LoadPlan } from '../plan/plan.ts';
import { judgeExpectations, toJudgedExpectation } from './judge-expectations.ts';
import { ratesOf } from './rates.ts';
import type { StopReason } from './run-state.ts';
import { judgeValidity } from './validity.ts';

export interface FinishedRun {
  runId: string;
  startedAtMs: number;
  plan: LoadPlan;
  expectations: readonly Expectation[];
  /** `--debug` looked at every request. */
  debugged: boolean;
  workers: number;
  workersDone: number;
  /** From the start to the end of sending; with a request limit, to the last answer. */
  durationMs: number;
  ended: { reason: StopReason; message?: string };
  /** Null while the run goes on: workers tell it at their end. */
  loopLagUsP99: number | null;
  totals: Totals;
  /** What the schedule held; null in the closed model. */
  offered: OfferedCount | null;
}

/** `result.json` of what was measured; scaling and costs are the command's to add. */
export function buildResult(run: FinishedRun): RunResult {
  const { plan, totals } = run;
  const windowMs = run.durationMs - plan.warmupMs;
  const rateRps = ratesOf({ ...run, warmupMs: plan.warmupMs });
  const judgements = judgeExpectations(run.expectations, totals, rateRps.achieved);
  const validity = judgeValidity({
    plan,
    totals,
    judgements,
    offered: run.offered,
    loopLagUsP99: run.loopLagUsP99,
    measuredMs: Math.max(0, windowMs),
    workers: run.workers,
    workersDone: run.workersDone,
    debugged: run.debugged,
  });
  return {
    schemaVersion: 1,
    runId: run.runId,
    startedAt: new Date(run.startedAtMs).toISOString(),
    durationSeconds: Math.round(run.durationMs) / 1_000,
    ended: run.ended,
    target: describeDestination(plan.destination),
    profile: plan.offered,
    workers: run.workers,
    requests: requestsOf(totals),
    ...(plan.maxRequests === null ? {} : { maxRequests: plan.maxRequests }),
    ...warmupOf(plan, totals),
    rateRps,
    ...trafficOf(run),
    latencyUs: Object.fromEntries(
      latencyKinds.map((kind) => [kind, summariseLatency(totals.latency[kind])]),
    ) as Record<LatencyKind, LatencySummary>,
    ...(totals.flows === null ? {} : { flows: totals.flows }),
    ...requestsByNameOf(totals),
    errors: totals.errors.map(toErrorGroup),
    ...(totals.exceptions.length === 0 ? {} : { exceptions: totals.exceptions }),
    thresholds: judgements.map(toJudgedExpectation),
    expectations: { verdict: judgeService(judgements, validity.checks) },
    validity,
    generator: {
      cpuUsPerRequest:
        totals.counts.sent === 0 ? 0 : Math.round((totals.cpuUs / totals.counts.sent) * 10) / 10,
      loopLagUsP99: Math.round(run.loopLagUsP99 ?? 0),
    },
    scaling: {},
    costUsd: {},
  };
}

function requestsOf({ counts, inFlightAtEnd }: Totals): RunResult['requests'] {
  const { sent, succeeded, failed, dropped } = counts;
  return { intended: sent + dropped, sent, succeeded, failed, dropped, inFlightAtEnd };
}

function warmupOf({ warmupMs }: LoadPlan, { warmup }: Totals): Pick<RunResult, 'warmup'> {
  if (warmupMs === 0) return {};
  const { sent, succeeded, failed } = warmup;
  return { warmup: { seconds: warmupMs / 1_000, sent, succeeded, failed } };
}

/** What came and went, over the whole run. */
function trafficOf({
  totals,
  durationMs,
  plan,
}: FinishedRun): Pick<RunResult, 'statuses' | 'bytes' | 'meanBodyBytes' | 'connections' | 'redirects'> {
  const { counts, traffic, sentBytes, receivedBytes, bodyBytes } = totals;
  const ended = counts.succeeded + counts.failed;
  const seconds = Math.max(durationMs, traffic.lastAnswerMs ?? 0) / 1_000;
  const perSecond = (bytes: number) => (seconds > 0 ? Math.round(bytes / seconds) : 0);
  return {
    statuses: Object.fromEntries(traffic.statuses),
    bytes: {
      sent: sentBytes,
      received: receivedBytes,
      sentPerSecond: perSecond(sentBytes),
      receivedPerSecond: perSecond(receivedBytes),
    },
    meanBodyBytes: ended === 0 ? 0 : Math.round((bodyBytes / ended) * 10) / 10,
    connections: { opened: totals.connectionsOpened, keptAlive: plan.keepAlive },
    ...(plan.maxRedirects === 0 ? {} : { redirects: { followed: traffic.redirects } }),
  };
}

function requestsByNameOf({ named }: Totals): Pick<RunResult, 'requestsByName'> {
  if (named.length === 0) return {};
  return { requestsByName: Object.fromEntries(named.map((one) => [one.name, toNamedRequests(one)])) };
}

function describeDestination(destination: Destination): RunResult['target'] {
  return {
    kind: destination.kind,
    endpointName: destination.kind === 'runtime' ? destination.endpointName : '',
    url: redactUrl(destination.url),
    ...(destination.kind === 'url' ? { method: destination.method } : {}),
  };
}
