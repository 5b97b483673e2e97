import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../core/clock.ts';
import type { ContentPlaces } from '../core/content.ts';
import { MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { builtProgram } from '../core/package-paths.ts';
import type { SigningCredentials } from '../core/sigv4.ts';
import type { OfferedLoad } from '../offered/offered-load.ts';
import { checkSnapshot, type Snapshot } from './measure/snapshot.ts';
import type { PayloadIndex } from './payloads/data-plan.ts';
import type { LoadPlan } from './plan.ts';
import { scenarioThreadOptions } from './scenario/scenario-host.ts';
import { sendingEndMs } from './schedule.ts';
import type { FromWorker, ToWorker, WorkerAssignment, WorkerEnd } from './worker/messages.ts';

export interface PoolDeps {
  clock: Clock;
  plan: LoadPlan;
  workers: number;
  credentials: SigningCredentials | null;
  payloads?: PayloadIndex | undefined;
  scenarioData?: unknown;
  /** Where the files are that the plan names. */
  contents?: ContentPlaces;
  onSnapshot(snapshot: Snapshot): void;
  onStopping(reason: WorkerEnd, atMs: number): void;
  /** It sends no more snapshots, however it ended. */
  onEnded(worker: number): void;
  /** What a thread runs. */
  program?: string;
}

interface PoolOutcome {
  /** Workers that reported to the end. */
  done: { endedMs: number; loopLagUsP99: number }[];
  failure: MlbenchError | null;
}

/** The run's threads. They live at most as long as `outcome` is pending, and never longer than this process. */
export interface WorkerPool {
  /** Resolves once all have loaded, or one has failed. */
  ready: Promise<void>;
  start(): void;
  stop(): void;
  useCredentials(credentials: SigningCredentials): void;
  change(profile: OfferedLoad): void;
  outcome: Promise<PoolOutcome>;
}

export function startWorkerPool(deps: PoolDeps): WorkerPool {
  const { clock, plan, workers, credentials, program = builtProgram('load-worker') } = deps;
  const done: PoolOutcome['done'] = [];
  const threads = new Set<Worker>();
  let failure: MlbenchError | null = null;
  let readyCount = 0;
  let watchdog: Timer | undefined;
  let quietWatch: Timer | undefined;
  /** How many looks in a row found nothing new of a thread. */
  const quietLooks = new Map<Worker, number>();
  const ready = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<PoolOutcome>();

  const tell = (message: ToWorker) => {
    for (const thread of threads) thread.postMessage(message);
  };
  const fail = (cause: unknown, worker: number) => {
    failure ??= workerFailure(cause, worker);
    tell({ type: 'stop' });
    ready.resolve();
  };
  const ended = (thread: Worker, worker: number) => {
    if (!threads.delete(thread)) return;
    deps.onEnded(worker);
    if (threads.size > 0) return;
    watchdog?.cancel();
    quietWatch?.cancel();
    ready.resolve();
    outcome.resolve({ done, failure });
  };
  const handle = (message: FromWorker) => {
    switch (message.type) {
      case 'ready':
        if (++readyCount === workers) ready.resolve();
        return;
      case 'snapshot':
        deps.onSnapshot(checkSnapshot(message.snapshot));
        return;
      case 'stopping':
        deps.onStopping(message.reason, message.atMs);
        return;
      case 'done':
        done.push({ endedMs: message.endedMs, loopLagUsP99: message.loopLagUsP99 });
    }
  };
  const startThread = (worker: number) => {
    let finished = false;
    const assignment: WorkerAssignment = {
      plan,
      worker,
      workers,
      credentials,
      ...(deps.payloads === undefined ? {} : { payloads: deps.payloads }),
      scenarioData: deps.scenarioData,
      contents: deps.contents ?? {},
    };
    const thread = new Worker(program, {
      workerData: assignment,
      name: `load-${worker}`,
      ...(plan.scenario === undefined ? {} : scenarioThreadOptions),
    });
    // Written, not piped: each pipe would leave its listeners on stderr.
    if (plan.scenario !== undefined) thread.stdout.on('data', (text) => process.stderr.write(text));
    threads.add(thread);
    thread.on('message', (message: FromWorker) => {
      quietLooks.delete(thread);
      if (message.type === 'done') {
        finished = true;
        // Timers and sockets of a scenario's own would keep the thread for as long as they like.
        if (plan.scenario !== undefined) void thread.terminate();
      }
      try {
        handle(message);
      } catch (error) {
        fail(error, worker);
      }
    });
    thread.on('error', (error) => fail(error, worker));
    thread.on('exit', (code) => {
      if (!finished && failure === null) fail(new Error(`the thread ended with code ${code}`), worker);
      ended(thread, worker);
    });
  };
  /** A thread that hangs cannot say so: some time after the last moment it may use, it is ended from here. */
  const endHungThreads = () => {
    for (const thread of threads) {
      failure ??= workerFailure(new Error('it stopped answering'), -1);
      void thread.terminate();
    }
  };
  /**
   * A scenario's loop without `await` keeps its thread from all else, its reports and our `stop` included. Looks are counted and
   * not time, lest a machine that stood still as a whole be taken for one.
   */
  const watchQuiet = (file: string) => {
    quietWatch = clock.after(
      lookEveryMs,
      () => {
        for (const thread of threads) {
          const looks = (quietLooks.get(thread) ?? 0) + 1;
          quietLooks.set(thread, looks);
          if (looks < mostQuietLooks) continue;
          failure ??= scenarioBlocked(file);
          void thread.terminate();
          tell({ type: 'stop' });
        }
        watchQuiet(file);
      },
      { unref: true },
    );
  };
  const watchFor = (ms: number) => {
    watchdog?.cancel();
    watchdog = clock.after(ms, endHungThreads, { unref: true });
  };

  for (let worker = 0; worker < workers; worker++) startThread(worker);
  watchFor(startSlackMs);
  return {
    ready: ready.promise,
    outcome: outcome.promise,
    start() {
      watchFor(sendingEndMs(plan) + plan.stopTimeoutMs + hungAfterMs);
      if (plan.scenario !== undefined) watchQuiet(plan.scenario.file);
      tell({ type: 'start' });
      if (failure !== null) tell({ type: 'stop' });
    },
    stop() {
      watchFor(plan.stopTimeoutMs + hungAfterMs);
      tell({ type: 'stop' });
    },
    change: (profile) => tell({ type: 'change', profile }),
    useCredentials: (fresh) => tell({ type: 'credentials', credentials: fresh }),
  };
}

const startSlackMs = 60_000;
const hungAfterMs = 15_000;
/** Of a scenario's threads; they report once a second. */
const lookEveryMs = 1_000;
const mostQuietLooks = 10;

function scenarioBlocked(file: string): MlbenchError {
  return new MlbenchError({
    code: 'scenario-blocked',
    message: `${file} kept a load worker from everything else for ${(lookEveryMs * mostQuietLooks) / 1_000} s: a loop without await, or work that takes as long`,
    remedy: 'await something in every loop; the result holds what was measured until then',
    source: 'user',
    exitCode: exitCodes.failed,
  });
}

function workerFailure(cause: unknown, worker: number): MlbenchError {
  const which = worker < 0 ? 'a load worker' : `load worker ${worker}`;
  return new MlbenchError({
    code: 'load-worker-failed',
    message: `${which} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'the result holds what was measured until then; run again, and report this if it happens again',
    source: 'bug',
    cause,
  });
}
