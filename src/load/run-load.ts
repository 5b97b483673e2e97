import { lookup } from 'node:dns/promises';
import { availableParallelism } from 'node:os';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import { createAggregate } from './aggregate.ts';
import { buildResult } from './build-result.ts';
import { firstCredentials, refreshCredentials } from './credentials.ts';
import { describePlan, expectedRateRps } from './describe-plan.ts';
import type { LoadEvent } from './events.ts';
import { parseExpectation } from './expectation.ts';
import type { LoadPlan, SigningCredentials } from './plan.ts';
import { checkReachable } from './preflight.ts';
import { prepareRequest } from './request.ts';
import type { RunResult } from './result.ts';
import { rampEndMs, workerCount } from './schedule.ts';
import { startWorkerPool } from './worker-pool.ts';

export interface LoadDeps {
  clock: Clock;
  runId: string;
  emit: Emit<LoadEvent>;
  /** Aborted: nothing new is sent, requests in flight get the stop timeout, and what was measured is returned. */
  signal: AbortSignal;
  /** Asked before the run, and again before what it gave expires. Needed by the runtime target alone. */
  credentials?: () => Promise<SigningCredentials>;
}

export interface LoadRun {
  result: RunResult;
  /** The response time's percentile spectrum in HdrHistogram's `.hgrm` text form, in milliseconds. */
  hgrm: string;
  /** The signal ended the run. */
  interrupted: boolean;
  /** A worker thread died: the result holds what was measured until then. */
  failure: MlbenchError | null;
}

/**
 * Runs a plan on worker threads and returns what was measured.
 * @throws MlbenchError before the first request: bad expectation or URL, unreachable host, wrong certificate, credentials
 */
export async function runLoad(plan: LoadPlan, deps: LoadDeps): Promise<LoadRun> {
  const { clock, emit, signal } = deps;
  checkPlan(plan);
  const expectations = plan.expectations.map((text) => parseExpectation(text));
  const { origin } = prepareRequest(plan);
  const credentials = await firstCredentials(plan.target, deps.credentials);
  await checkReachable(origin, {
    clock,
    signal,
    timeoutMs: plan.timeoutMs,
    lookup: (hostname) => lookup(hostname, { all: true }),
  });

  const { profile } = plan;
  const workers = workerCount(plan.workers, profile, availableParallelism());
  const aggregate = createAggregate({
    workers,
    durationMs: profile.durationMs,
    steadyFromMs: Math.max(rampEndMs(profile), plan.warmupMs),
  });
  let sendingMs = 0;
  /** Workers that have sent all that was theirs of a number of requests. */
  let spent = 0;
  let announced = false;
  const announceStop = (reason: (LoadEvent & { type: 'load-stopping' })['reason']) => {
    if (!announced) emit({ type: 'load-stopping', reason });
    announced = true;
  };
  const pool = startWorkerPool({
    clock,
    plan,
    workers,
    credentials,
    onSnapshot: (snapshot) => {
      for (const progress of aggregate.add(snapshot)) emit(progress);
    },
    onStopping: (reason, atMs) => {
      sendingMs = Math.max(sendingMs, atMs);
      if (reason === 'requests') spent++;
      if (reason === 'duration') announceStop('duration');
      else if (reason === 'told') announceStop(signal.aborted ? 'interrupted' : 'worker-failed');
      else if (spent === workers) announceStop('requests');
    },
    onEnded: (worker) => {
      for (const progress of aggregate.workerEnded(worker)) emit(progress);
    },
  });
  await pool.ready;
  emit({
    type: 'load-planned',
    description: describePlan(plan),
    workers,
    seed: plan.seed,
    durationMs: profile.durationMs,
    expectedRateRps: expectedRateRps(profile),
  });
  const startedAtMs = clock.nowMs();
  pool.start();
  const onAbort = () => {
    announceStop('interrupted');
    pool.stop();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const refresh =
    credentials !== null && deps.credentials !== undefined
      ? refreshCredentials(clock, credentials, deps.credentials, pool.useCredentials)
      : undefined;

  const outcome = await pool.outcome;
  refresh?.stop();
  signal.removeEventListener('abort', onAbort);
  if (outcome.failure !== null) announceStop('worker-failed');
  const totals = aggregate.totals();
  const result = buildResult({
    runId: deps.runId,
    startedAtMs,
    plan,
    expectations,
    workers,
    workersDone: outcome.done.length,
    durationMs: Math.max(sendingMs, ...(spent > 0 ? outcome.done.map((done) => done.endedMs) : [])),
    loopLagUsP99: Math.max(0, ...outcome.done.map((done) => done.loopLagUsP99)),
    totals,
  });
  emit({ type: 'load-finished', result });
  return {
    result,
    hgrm: totals.latency.response.spectrum(),
    interrupted: signal.aborted,
    failure: outcome.failure,
  };
}

/** What no flag parser can see: how the parts of a plan go together. */
function checkPlan(plan: LoadPlan): void {
  const { profile } = plan;
  if (profile.users > mostUsers) {
    throw userError(
      'too-many-users',
      `${profile.users} users are more than one machine has ports for`,
      `use at most ${mostUsers}`,
    );
  }
  if (plan.warmupMs >= profile.durationMs) {
    throw userError(
      'warmup-too-long',
      `a warm-up of ${plan.warmupMs / 1_000} s leaves nothing of a run of ${profile.durationMs / 1_000} s`,
      'shorten --warmup or lengthen --duration',
    );
  }
}

const mostUsers = 60_000;
