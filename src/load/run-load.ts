import { lookup } from 'node:dns/promises';
import { availableParallelism } from 'node:os';
import type { Clock } from '../core/clock.ts';
import type { ContentPlaces } from '../core/content.ts';
import { MlbenchError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { SigningCredentials } from '../core/sigv4.ts';
import { countOffered, createOfferedRate } from '../offered/intended-count.ts';
import {
  checkPayloads,
  describeChange,
  expectedRateRps,
  type OfferedLoad,
  steer,
  steeringUnit,
  stepCommand,
} from '../offered/offered-load.ts';
import { createAggregate } from './aggregate.ts';
import { buildResult } from './build-result.ts';
import { checkPlan } from './check-plan.ts';
import { firstCredentials, refreshCredentials } from './credentials.ts';
import { describePlan } from './describe-plan.ts';
import type { LoadEvent } from './events.ts';
import { parseExpectation } from './expectation.ts';
import type { RunObserver } from './output/run-observer.ts';
import { indexPayloads } from './payloads/index-payloads.ts';
import type { LoadPlan } from './plan.ts';
import { checkReachable } from './preflight.ts';
import { prepareRequest } from './request.ts';
import { originOf } from './request-url.ts';
import type { RunResult } from './result.ts';
import { type ScenarioStage, stageScenario } from './scenario/stage-scenario.ts';
import { spareCore, steadyFromMs, workerCount } from './schedule.ts';
import type { LoadSteering } from './steering.ts';
import { startWorkerPool } from './worker-pool.ts';

export interface LoadDeps {
  clock: Clock;
  runId: string;
  emit: Emit<LoadEvent>;
  /** Aborted: nothing new is sent, requests in flight get the stop timeout, and what was measured is returned. */
  signal: AbortSignal;
  /** Asked before the run, and again before what it gave expires. Needed by the runtime target alone. */
  credentials?: () => Promise<SigningCredentials>;
  /** Where the files are that the plan names. */
  contents?: ContentPlaces;
  /** Lets somebody change the load while it runs. */
  steering?: LoadSteering;
  /** Follows the figures while the run goes. */
  observer?: RunObserver;
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
export async function runLoad(given: LoadPlan, deps: LoadDeps): Promise<LoadRun> {
  checkPlan(given);
  prepareRequest(given);
  const stage = await stageScenario(given, deps);
  try {
    return await runStaged(stage, deps);
  } finally {
    stage.close();
  }
}

async function runStaged(stage: ScenarioStage, deps: LoadDeps): Promise<LoadRun> {
  const { clock, emit, signal, contents = {} } = deps;
  const { plan: asked } = stage;
  const expectations = asked.expectations.map((text) => parseExpectation(text));
  const { origin } = prepareRequest(asked);
  const payloads = asked.data === undefined ? undefined : await indexPayloads(asked.data, signal);
  checkPayloads(asked.profile, payloads?.count ?? null, contents);
  const credentials = await firstCredentials(asked.target, deps.credentials);
  const { proxy } = asked;
  await checkReachable(proxy === undefined ? origin : originOf(new URL(proxy)), {
    clock,
    signal,
    timeoutMs: asked.timeoutMs,
    http2: asked.transport === 'undici' && proxy === undefined,
    lookup: (hostname) => lookup(hostname, { all: true }),
  });

  const scenarioData = await stage.setup();
  const cores = availableParallelism();
  const workers = workerCount(asked.workers, asked, cores);
  let plan: LoadPlan = { ...asked, precise: asked.precise || spareCore(asked, workers, cores) };
  const { profile } = plan;
  const offeredRate = createOfferedRate(profile, plan, contents);
  const aggregate = createAggregate({
    workers,
    durationMs: profile.durationMs,
    steadyFromMs: steadyFromMs(plan),
    // Of a scenario nobody knows: its flows send as many requests as they like.
    ...(plan.scenario === undefined ? { offeredRateRps: offeredRate.between } : {}),
    onInterval: ({ elapsedMs, intervalMs, users, intervalFailed }, response, ended) => {
      deps.observer?.interval({
        atMs: startedAtMs + elapsedMs,
        users,
        intervalMs,
        ended,
        failed: intervalFailed,
        response,
        totals: aggregate.totals(),
        windowMs: Math.max(0, Math.min(elapsedMs, profile.durationMs) - plan.warmupMs),
      });
    },
  });
  let startedAtMs = 0;
  let sendingMs = 0;
  /** When the first worker was told to stop before its time: what was intended later was nobody's duty. */
  let toldMs = Number.POSITIVE_INFINITY;
  /** The end of the last interval reported: of workers that died before they could say when they stopped. */
  let reportedMs = 0;
  /** A scenario with a number of requests ends when its flows have sent them: what was intended later is nobody's duty. */
  const countsItself = plan.scenario !== undefined && plan.maxRequests !== null;
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
    payloads,
    scenarioData,
    contents,
    onSnapshot: (snapshot) => {
      reportedMs = Math.max(reportedMs, snapshot.toMs);
      for (const progress of aggregate.add(snapshot)) emit(progress);
    },
    onStopping: (reason, atMs) => {
      sendingMs = Math.max(sendingMs, atMs);
      if (reason === 'requests') spent++;
      if (reason === 'told' || countsItself) toldMs = Math.min(toldMs, atMs);
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
  startedAtMs = clock.nowMs();
  deps.observer?.started();
  pool.start();
  const onAbort = () => {
    announceStop('interrupted');
    pool.stop();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const turn = (steps: number) => {
    const atMs = steeringInstantMs(clock.nowMs() - startedAtMs);
    const changed = turned(plan.profile, steps, atMs);
    if (announced || changed === plan.profile || atMs >= profile.durationMs) return;
    plan = { ...plan, profile: changed };
    pool.change(changed);
    offeredRate.follow(changed);
    emit({ type: 'load-changed', description: describeChange(changed), atMs, profile: changed });
  };
  const detach = deps.steering?.attach(turn, steeringUnit(profile));
  const refresh =
    credentials !== null && deps.credentials !== undefined
      ? refreshCredentials(clock, credentials, deps.credentials, pool.useCredentials)
      : undefined;

  const outcome = await pool.outcome;
  detach?.();
  refresh?.stop();
  offeredRate.close();
  signal.removeEventListener('abort', onAbort);
  if (outcome.failure !== null) announceStop('worker-failed');
  const totals = aggregate.totals();
  totals.exceptions.push(...(await stage.teardown()));
  const result = buildResult({
    runId: deps.runId,
    startedAtMs,
    plan,
    expectations,
    workers,
    workersDone: outcome.done.length,
    durationMs: Math.max(
      sendingMs > 0 ? sendingMs : reportedMs,
      ...(spent > 0 ? outcome.done.map((done) => done.endedMs) : []),
    ),
    loopLagUsP99: Math.max(0, ...outcome.done.map((done) => done.loopLagUsP99)),
    totals,
    offered: countOffered(
      plan.profile,
      { seed: plan.seed, maxRequests: countsItself ? null : plan.maxRequests },
      contents,
      { warmupMs: plan.warmupMs, endMs: Math.min(toldMs, profile.durationMs) },
    ),
  });
  deps.observer?.ended(totals, Math.max(0, result.durationSeconds * 1_000 - plan.warmupMs));
  emit({ type: 'load-finished', result });
  return {
    result,
    hgrm: totals.latency.response.spectrum(),
    interrupted: signal.aborted,
    failure: outcome.failure,
  };
}

/** The load after so many steps; where it can go no further, as it was. */
function turned(load: OfferedLoad, steps: number, atMs: number): OfferedLoad {
  try {
    return steer(load, stepCommand(load, steps), atMs);
  } catch (error) {
    if (error instanceof MlbenchError) return load;
    throw error;
  }
}

/** A little ahead, so that all workers know of it in time; and at most ten a second, lest a key held down be hundreds. */
function steeringInstantMs(elapsedMs: number): number {
  return Math.ceil((elapsedMs + steeringLeadMs) / steeringGridMs) * steeringGridMs;
}

const steeringLeadMs = 50;
const steeringGridMs = 100;
