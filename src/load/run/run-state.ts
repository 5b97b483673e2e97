import type { MlbenchError } from '../../core/errors.ts';
import { unreachable } from '../../core/events.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import type { WorkerReport } from '../agents/generator.ts';
import type { WorkerEnd } from '../executors/load-executor.ts';

/**
 * A run's life, as plain data; times are milliseconds from the run's start unless they say otherwise.
 *
 *   phase     on                                                          next
 *   planned   every worker has loaded the plan                            ready
 *   ready     a start instant                                             sending
 *   sending   the offered load is steered                                 sending
 *             time is up, requests are spent, told to stop, a worker failed   draining
 *   draining  every worker has ended                                      done
 *
 * A worker that fails ends the run, whatever its phase: what has been measured until then is kept.
 */
type RunPhase = 'planned' | 'ready' | 'sending' | 'draining' | 'done';

/**
 * `figures`: what was measured says that it is enough (`stopWhen`). `asked`: somebody who steers wanted it.
 * `nothing-to-load`: the first answers say that there is no service, or none for us.
 */
export type StopReason =
  | 'duration'
  | 'requests'
  | 'interrupted'
  | 'asked'
  | 'figures'
  | 'nothing-to-load'
  | 'worker-failed';

export interface RunState {
  phase: RunPhase;
  offered: OfferedLoad;
  /** Workers that have not ended. */
  running: number;
  /** Why sending ended, or is about to: the first reason counts. */
  stopReason: StopReason | null;
  /** That reason in words, where it has any. */
  because: string | null;
  /** What the first answers say, where they say that there is nothing to load. */
  nothingToLoad: string | null;
  /** When the last worker stopped sending. */
  sendingEndMs: number;
  /** When the first worker was told to stop before its time: what was intended later was nobody's duty. */
  toldMs: number | null;
  /** The end of the last interval reported: of workers that die before they can say when they stopped. */
  reportedMs: number;
  /** Workers that have sent all that was theirs of a number of requests. */
  spent: number;
  /** Of workers that reported to the end. */
  reports: WorkerReport[];
  failure: MlbenchError | null;
}

export type RunInput =
  | { type: 'ready' }
  /** @param startAtMs epoch milliseconds */
  | { type: 'start'; startAtMs: number }
  | { type: 'changed'; offered: OfferedLoad; atMs: number; description: string }
  | { type: 'stop'; reason: 'interrupted' | 'asked' | 'figures'; because?: string }
  /** @param why what the first answers say */
  | { type: 'nothing-to-load'; why: string }
  | { type: 'reported'; toMs: number }
  | { type: 'worker-stopping'; reason: WorkerEnd; atMs: number }
  | { type: 'worker-ended'; report: WorkerReport | null }
  | { type: 'failed'; error: MlbenchError };

/** What is to be done about it. */
export type RunOutput =
  | { do: 'start'; startAtMs: number }
  | { do: 'change'; offered: OfferedLoad; atMs: number; description: string }
  | { do: 'stop' }
  | { do: 'announce-stop'; reason: StopReason; because?: string };

/** What of the plan decides how a run ends. */
export interface RunRules {
  workers: number;
  /**
   * A scenario with a number of requests ends when its flows have sent them: what was intended later is nobody's duty.
   */
  countsItself: boolean;
}

export function plannedRun(offered: OfferedLoad, { workers }: RunRules): RunState {
  return {
    phase: 'planned',
    offered,
    running: workers,
    stopReason: null,
    because: null,
    nothingToLoad: null,
    sendingEndMs: 0,
    toldMs: null,
    reportedMs: 0,
    spent: 0,
    reports: [],
    failure: null,
  };
}

export function stepRun(
  state: RunState,
  input: RunInput,
  rules: RunRules,
): { state: RunState; outputs: RunOutput[] } {
  switch (input.type) {
    case 'ready':
      return quietly(state.phase === 'planned' ? { ...state, phase: 'ready' } : state);
    case 'start':
      return start(state, input.startAtMs);
    case 'changed':
      return change(state, input);
    case 'stop':
      return stop(state, input.reason, input.because);
    case 'nothing-to-load':
      return stop({ ...state, nothingToLoad: input.why }, 'nothing-to-load', input.why);
    case 'reported':
      return quietly({ ...state, reportedMs: Math.max(state.reportedMs, input.toMs) });
    case 'worker-stopping':
      return workerStopping(state, input.reason, input.atMs, rules);
    case 'worker-ended':
      return workerEnded(state, input.report);
    case 'failed':
      return stop({ ...state, failure: state.failure ?? input.error }, 'worker-failed');
    default:
      return unreachable(input);
  }
}

/** From the start to the end of sending; with a number of requests, to the last answer. */
export function runDurationMs({ sendingEndMs, reportedMs, spent, reports }: RunState): number {
  const answeredMs = spent > 0 ? reports.map(({ endedMs }) => endedMs) : [];
  return Math.max(sendingEndMs > 0 ? sendingEndMs : reportedMs, ...answeredMs);
}

/** Why it ended, for the record. */
export function howItEnded(state: RunState): { reason: StopReason; message?: string } {
  const { nothingToLoad, failure } = state;
  const reason = nothingToLoad === null ? (state.stopReason ?? 'worker-failed') : 'nothing-to-load';
  const message = nothingToLoad ?? failure?.message ?? state.because;
  return { reason, ...(message === null ? {} : { message }) };
}

/** Up to when what was intended was to be sent. */
export function dutyEndMs({ toldMs, offered }: RunState): number {
  return Math.min(toldMs ?? Number.POSITIVE_INFINITY, offered.durationMs);
}

interface Step {
  state: RunState;
  outputs: RunOutput[];
}

function quietly(state: RunState): Step {
  return { state, outputs: [] };
}

/**
 * A run that was told to end before it began begins all the same: its workers end in good order, and say what they
 * sent.
 */
function start(state: RunState, startAtMs: number): Step {
  if (state.phase !== 'ready') return quietly(state);
  const started: RunOutput = { do: 'start', startAtMs };
  if (state.stopReason === null) return { state: { ...state, phase: 'sending' }, outputs: [started] };
  return { state: { ...state, phase: 'draining' }, outputs: [started, { do: 'stop' }] };
}

function change(state: RunState, { offered, atMs, description }: RunInput & { type: 'changed' }): Step {
  if (state.phase !== 'sending' || atMs >= offered.durationMs) return quietly(state);
  return { state: { ...state, offered }, outputs: [{ do: 'change', offered, atMs, description }] };
}

function stop(state: RunState, reason: StopReason, because?: string): Step {
  if (state.phase === 'done') return quietly(state);
  const { state: announced, outputs } = announce(state, reason, because);
  // Before the start there is nobody to be told; the start will tell them.
  if (state.phase === 'planned' || state.phase === 'ready') return { state: announced, outputs };
  return { state: announced, outputs: [...outputs, { do: 'stop' }] };
}

function announce(state: RunState, reason: StopReason, because?: string): Step {
  const phase = state.phase === 'sending' ? 'draining' : state.phase;
  if (state.stopReason !== null) return quietly({ ...state, phase });
  const told = because === undefined ? {} : { because };
  return {
    state: { ...state, phase, stopReason: reason, because: because ?? null },
    outputs: [{ do: 'announce-stop', reason, ...told }],
  };
}

function workerStopping(
  state: RunState,
  reason: WorkerEnd,
  atMs: number,
  { workers, countsItself }: RunRules,
): Step {
  const early = reason === 'told' || countsItself;
  const next: RunState = {
    ...state,
    sendingEndMs: Math.max(state.sendingEndMs, atMs),
    spent: state.spent + (reason === 'requests' ? 1 : 0),
    toldMs: early ? Math.min(state.toldMs ?? atMs, atMs) : state.toldMs,
  };
  if (reason === 'duration') return announce(next, 'duration');
  if (reason === 'told') return announce(next, 'worker-failed');
  return next.spent === workers ? announce(next, 'requests') : quietly(next);
}

function workerEnded(state: RunState, report: WorkerReport | null): Step {
  const running = state.running - 1;
  const reports = report === null ? state.reports : [...state.reports, report];
  return quietly({ ...state, running, reports, phase: running === 0 ? 'done' : state.phase });
}
