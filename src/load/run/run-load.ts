import type { Clock } from '../../core/clock.ts';
import { type ContentPlaces, confirmContents } from '../../core/content.ts';
import type { MlbenchError } from '../../core/errors.ts';
import type { WireLog } from '../../core/wire/wire-log.ts';
import { type OfferedCounter, openOfferedCounter } from '../../offered/intended-count.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import { startThreads } from '../agents/threads.ts';
import { type OpenScenario, openScenario } from '../iteration/scenario/open-scenario.ts';
import type { Interval } from '../measure/interval.ts';
import type { Totals } from '../measure/totals.ts';
import { checkPlan } from '../plan/check-plan.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { ConnectionSecrets } from '../plan/secrets.ts';
import { prepareRequest } from '../request/request.ts';
import { buildResult } from './build-result.ts';
import { type ConductedRun, RunConductor } from './conduct-run.ts';
import type { LoadSteering } from './controls.ts';
import { controlsOf } from './controls.ts';
import { type CredentialsProvider, refreshCredentials } from './credentials.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import type { RunObserver } from './run-events.ts';
import { dutyEndMs, howItEnded, runDurationMs } from './run-state.ts';

export interface LoadDeps {
  clock: Clock;
  runId: string;
  observers: readonly RunObserver[];
  /** Aborted: nothing new is sent, requests in flight get the stop timeout, and what was measured is returned. */
  signal: AbortSignal;
  /** Where the files are that the plan names. */
  contents?: ContentPlaces;
  /** Worker threads; `auto`, the default, leaves one core to the rest of the machine. */
  workers?: number | 'auto';
  /** Asked before the run, and again before what it gave expires. Needed by a runtime alone. */
  credentials?: CredentialsProvider;
  secrets?: ConnectionSecrets;
  /** With `--debug`: some of what the workers send and get is shown, and the connection before the run is told here. */
  wire?: WireLog | undefined;
  /** Lets somebody change the load while it runs. */
  steering?: LoadSteering;
  /** Asked after each interval: why what was measured is enough, or null. */
  stopWhen?: (interval: Interval) => string | null;
}

export interface LoadRun {
  result: RunResult;
  /** All that was measured, its distributions whole. */
  totals: Totals;
  /** The signal ended the run. */
  interrupted: boolean;
  /** What the first answers say, where they say that there is nothing to load. */
  nothingToLoad: string | null;
  /** A worker died: the result holds what was measured until then. */
  failure: MlbenchError | null;
}

/**
 * Runs a plan on worker threads and returns what was measured.
 * @throws MlbenchError before the first request: bad expectation or URL, unreachable host, wrong certificate,
 * credentials
 */
export async function runLoad(given: LoadPlan, deps: LoadDeps): Promise<LoadRun> {
  checkPlan(given);
  const { workers = 'auto' } = deps;
  const contents = await confirmContents(deps.contents ?? {}, deps.signal);
  prepareRequest(given, contents);
  const scenario = await openScenario(given, { ...deps, contents });
  try {
    const prepared = await prepareRun(scenario, { ...deps, contents, workers });
    return await runPrepared(prepared, scenario, { ...deps, contents });
  } finally {
    scenario.close();
  }
}

/** What was set up is torn down once, whatever becomes of the run. */
async function runPrepared(
  prepared: PreparedRun,
  scenario: OpenScenario,
  deps: LoadDeps & { contents: ContentPlaces },
): Promise<LoadRun> {
  const { plan } = prepared;
  let tornDown = false;
  const tearDown = () => {
    tornDown = true;
    return scenario.teardown();
  };
  try {
    // Opened before the run, which may take every file descriptor there is.
    const counter = openOfferedCounter(plan.offered, arrivalsOf(plan), deps.contents);
    try {
      const conducted = await conduct(prepared, deps);
      conducted.totals.exceptions.push(...(await tearDown()));
      return finish(conducted, prepared, { ...deps, counter });
    } finally {
      counter.close();
    }
  } catch (error) {
    if (!tornDown) await tearDown();
    throw error;
  }
}

async function conduct(
  prepared: PreparedRun,
  deps: LoadDeps & { contents: ContentPlaces },
): Promise<ConductedRun> {
  const { plan, workers, credentials, payloads, scenarioData, precise, listenMs } = prepared;
  const { clock, signal, steering, stopWhen, contents } = deps;
  let detach: (() => void) | undefined;
  const steer: RunObserver = ({ type }) => {
    if (type === 'load-started') detach = steering?.attach(controlsOf(conductor, generator.leadMs));
  };
  const observers = [...deps.observers, steer];
  const conductor = new RunConductor(plan, workers, { clock, observers, contents, stopWhen });
  const generator = startThreads({
    clock,
    workers,
    assignment: {
      plan: { ...plan, precise, listenMs },
      contents,
      credentials,
      ...(deps.secrets === undefined ? {} : { secrets: deps.secrets }),
      ...(payloads === undefined ? {} : { payloads }),
      scenarioData,
      ...(deps.wire === undefined ? {} : { debug: true }),
    },
    tell: (event) => conductor.hear(event),
  });
  const onAbort = () => conductor.apply({ type: 'stop', reason: 'interrupted' });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const refresh =
    credentials !== null && deps.credentials !== undefined
      ? refreshCredentials(clock, credentials, deps.credentials, (fresh) => generator.useCredentials(fresh))
      : undefined;
  try {
    return await conductor.conduct(generator);
  } finally {
    detach?.();
    refresh?.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

/** A scenario counts its requests itself: its flows are as many as they are. */
function arrivalsOf({ seed, scenario, maxRequests }: LoadPlan): { seed: number; maxRequests: number | null } {
  return { seed, maxRequests: scenario === null ? maxRequests : null };
}

function finish(
  { state, startAtMs, totals }: ConductedRun,
  { plan: { offered: _, ...plan }, workers }: PreparedRun,
  deps: LoadDeps & { counter: OfferedCounter },
): LoadRun {
  const durationMs = runDurationMs(state);
  const ran = { ...plan, offered: state.offered };
  const result = buildResult({
    runId: deps.runId,
    startedAtMs: startAtMs,
    plan: ran,
    expectations: plan.expectations,
    debugged: deps.wire !== undefined,
    workers,
    workersDone: state.reports.length,
    durationMs,
    ended: howItEnded(state),
    loopLagUsP99: Math.max(0, ...state.reports.map(({ loopLagUsP99 }) => loopLagUsP99)),
    totals,
    offered: deps.counter.count(state.offered, { warmupMs: plan.warmupMs, endMs: dutyEndMs(state) }),
  });
  const windowMs = Math.max(0, result.durationSeconds * 1_000 - plan.warmupMs);
  for (const observe of deps.observers) observe({ type: 'load-finished', result, totals, windowMs });
  const { nothingToLoad, failure } = state;
  return { result, totals, interrupted: deps.signal.aborted, nothingToLoad, failure };
}
