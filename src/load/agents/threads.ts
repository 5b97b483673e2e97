import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock.ts';
import { MlbenchError, userError } from '../../core/errors.ts';
import { type Emit, unreachable } from '../../core/events.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { builtProgram } from '../../core/package-paths.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { OfferedLoad } from '../../offered/offered-load.ts';
import { locateScenario } from '../iteration/scenario/load-scenario.ts';
import { scenarioThreadOptions } from '../iteration/scenario/scenario-host.ts';
import { checkSnapshot } from '../measure/snapshot.ts';
import { sendingEndMs } from '../plan/schedule.ts';
import type { FromWorker, ToWorker, WorkerAssignment } from '../worker/messages.ts';
import type { Generator, GeneratorEvent, WorkerReport } from './generator.ts';
import { createHungWatch, type HungWatch } from './hung-watch.ts';

export interface ThreadsDeps {
  clock: Clock;
  /** What each thread is told, but for which one it is. */
  assignment: Omit<WorkerAssignment, 'worker' | 'workers'>;
  workers: number;
  tell: Emit<GeneratorEvent>;
  /** What a thread runs. */
  program?: string;
}

/** Starts the run's threads. They live at most until all of them have ended, and never longer than this process. */
export function startThreads(deps: ThreadsDeps): Generator {
  return new Threads(deps);
}

class Threads implements Generator {
  readonly leadMs = 50;
  readonly ready: Promise<void>;
  readonly #deps: ThreadsDeps;
  readonly #threads = new Set<Worker>();
  readonly #watch: HungWatch<Worker>;
  readonly #resolveReady: () => void;
  #readyCount = 0;
  #failed = false;

  constructor(deps: ThreadsDeps) {
    this.#deps = deps;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#resolveReady = resolve;
    this.#watch = createHungWatch({
      clock: deps.clock,
      threads: this.#threads,
      hung: (thread, why) => this.#endHung(thread, why),
    });
    for (let worker = 0; worker < deps.workers; worker++) this.#startThread(worker);
    this.#watch.endAfter(startSlackMs);
  }

  start(startAtMs: number): void {
    const { clock, assignment } = this.#deps;
    const { stopTimeoutMs, scenario } = assignment.plan;
    const leadMs = Math.max(0, startAtMs - clock.nowMs());
    this.#watch.endAfter(leadMs + sendingEndMs(assignment.plan) + stopTimeoutMs + hungAfterMs);
    // A scenario's loop without `await` keeps its thread from all else, its reports and our `stop` included.
    if (scenario !== null) this.#watch.expectReports(leadMs);
    this.#tell({ type: 'start', startAtMs });
  }

  change(offered: OfferedLoad): void {
    this.#tell({ type: 'change', offered });
  }

  stop(): void {
    this.#watch.endAfter(this.#deps.assignment.plan.stopTimeoutMs + hungAfterMs);
    this.#tell({ type: 'stop' });
  }

  useCredentials(credentials: SigningCredentials): void {
    this.#tell({ type: 'credentials', credentials });
  }

  #startThread(worker: number): void {
    const { assignment, workers, program = builtProgram('load-worker') } = this.#deps;
    const runsScenario = assignment.plan.scenario !== null;
    const thread = new Worker(program, {
      workerData: { ...assignment, worker, workers } satisfies WorkerAssignment,
      name: `load-${worker}`,
      ...(runsScenario ? scenarioThreadOptions : {}),
    });
    // Written, not piped: each pipe would leave its listeners on stderr.
    if (runsScenario) thread.stdout.on('data', (text) => process.stderr.write(text));
    let report: WorkerReport | null = null;
    this.#threads.add(thread);
    thread.on('message', (message: FromWorker) => {
      this.#watch.heard(thread);
      if (message.type === 'done') {
        report = { endedMs: message.endedMs, loopLagUsP99: message.loopLagUsP99 };
        // Timers and sockets of a scenario's own would keep the thread for as long as they like.
        if (runsScenario) void thread.terminate();
      }
      try {
        this.#handle(message, worker);
      } catch (error) {
        this.#fail(error, worker);
      }
    });
    thread.on('error', (error) => this.#fail(error, worker));
    thread.on('exit', (code) => {
      if (report === null && !this.#failed)
        this.#fail(new Error(`the thread ended with code ${code}`), worker);
      this.#ended(thread, worker, report);
    });
  }

  #handle(message: FromWorker, worker: number): void {
    switch (message.type) {
      case 'ready':
        if (++this.#readyCount === this.#deps.workers) this.#resolveReady();
        return;
      case 'snapshot':
        this.#deps.tell({ type: 'snapshot', snapshot: checkSnapshot(message.snapshot) });
        return;
      case 'nothing-there':
        this.#deps.tell({ type: 'nothing-there', worker, nothing: message.nothing });
        return;
      case 'stopping':
        this.#deps.tell({ type: 'stopping', worker, reason: message.reason, atMs: message.atMs });
        return;
      case 'wire':
      case 'wire-rest':
        this.#deps.tell(message);
        return;
      case 'done':
        return;
      default:
        unreachable(message);
    }
  }

  #ended(thread: Worker, worker: number, report: WorkerReport | null): void {
    if (!this.#threads.delete(thread)) return;
    if (this.#threads.size === 0) {
      this.#watch.stop();
      this.#resolveReady();
    }
    this.#deps.tell({ type: 'ended', worker, report });
  }

  #fail(cause: unknown, worker: number): void {
    this.#failed = true;
    this.#deps.tell({ type: 'failed', error: workerFailure(cause, `load worker ${worker}`) });
    this.#resolveReady();
  }

  #endHung(thread: Worker, why: 'silent' | 'overdue'): void {
    this.#failed = true;
    const { plan, contents } = this.#deps.assignment;
    const { scenario } = plan;
    const error =
      why === 'silent' && scenario !== null
        ? scenarioBlocked(locateScenario(scenario, contents).file)
        : workerFailure(new Error('it stopped answering'), 'a load worker');
    this.#deps.tell({ type: 'failed', error });
    void thread.terminate();
  }

  #tell(message: ToWorker): void {
    for (const thread of this.#threads) thread.postMessage(message);
  }
}

const startSlackMs = 60_000;
const hungAfterMs = 15_000;

function scenarioBlocked(file: string): MlbenchError {
  return new MlbenchError({
    code: 'scenario-blocked',
    message: `${file} kept a load worker from everything else for 10 s: a loop without await, or work that takes as long`,
    remedy: 'await something in every loop; the result holds what was measured until then',
    source: 'user',
    exitCode: exitCodes.failed,
  });
}

/** What a worker foresaw comes out of its thread as a plain error with the same members. */
function foreseenIn(cause: unknown): MlbenchError | null {
  if (!(cause instanceof Error) || !('code' in cause && 'remedy' in cause && 'source' in cause)) return null;
  const { code, message, remedy, source } = cause as MlbenchError;
  return source === 'user' ? userError(code, message, remedy, cause) : null;
}

function workerFailure(cause: unknown, which: string): MlbenchError {
  const foreseen = foreseenIn(cause);
  if (foreseen !== null) return foreseen;
  return new MlbenchError({
    code: 'load-worker-failed',
    message: `${which} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'the result holds what was measured until then; run again, and report this if it happens again',
    source: 'bug',
    cause,
  });
}
