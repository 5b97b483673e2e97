import type { Timer } from '../../core/clock.ts';
import { unreachable } from '../../core/events.ts';
import type { WorkerEnd } from '../executors/load-executor.ts';
import type { PayloadSource } from '../payloads/payload-source.ts';
import { sendingEndMs } from '../plan/schedule.ts';
import { type PreparedRequest, prepareRequest } from '../request/request.ts';
import { partingMs } from '../transport/exchange/http-connection.ts';
import { createTimerWheel, type TimerWheel } from '../transport/exchange/timer-wheel.ts';
import { type Assembly, assemble } from './assemble.ts';
import type { LoadWorkerDeps } from './load-worker-deps.ts';
import type { ToWorker, WorkerAssignment } from './messages.ts';
import { openShare } from './payload-share.ts';

/**
 * One worker's part of a run.
 *
 *   state     on                                                   next
 *   ready     start                                                sending
 *   sending   duration over, requests spent, told to stop          draining: nothing new is sent
 *             the last arrival has begun                           draining: flows under way go on
 *   draining  no iteration under way: connections part             draining
 *             they have parted, or the stop timeout                done
 */
export class LoadWorker {
  readonly #assignment: WorkerAssignment;
  readonly #deps: LoadWorkerDeps;
  readonly #request: PreparedRequest;
  readonly #payloads: PayloadSource | undefined;
  readonly #wheel: TimerWheel;
  #state: 'ready' | 'sending' | 'draining' | 'done' = 'ready';
  /** Once started. */
  #run: Assembly | undefined;
  #endTimer: Timer | undefined;
  /** When no iteration was under way any more. */
  #drainedMs: number | undefined;

  /** @throws MlbenchError for a request that cannot be prepared */
  constructor(assignment: WorkerAssignment, deps: LoadWorkerDeps) {
    this.#assignment = assignment;
    this.#deps = deps;
    this.#payloads = openShare(assignment);
    this.#request = prepareRequest(
      assignment.plan,
      assignment.contents,
      this.#payloads,
      assignment.secrets?.authorization,
    );
    if (assignment.credentials !== null) this.#request.useCredentials(assignment.credentials);
    const { timeoutMs } = assignment.plan;
    this.#wheel = createTimerWheel(deps.clock, Math.min(50, Math.max(1, timeoutMs / 200)));
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        if (this.#state === 'ready') this.#start(message.startAtMs);
        return;
      case 'credentials':
        this.#request.useCredentials(message.credentials);
        return;
      case 'change':
        this.#run?.executor.changed(message.offered);
        return;
      case 'stop':
        this.#end('told');
        return;
      default:
        unreachable(message);
    }
  }

  /** What the scenario's code threw where nobody awaited it. @returns whether there is a scenario to blame */
  scenarioThrew(error: unknown): boolean {
    const scenario = this.#run?.scenario;
    if (scenario === undefined) return false;
    // Flows that are under way at the end are as much the run's as those before.
    if (this.#state === 'sending' || this.#state === 'draining') scenario.threw(error);
    return true;
  }

  #start(startAtMs: number): void {
    this.#state = 'sending';
    const { clock } = this.#deps;
    const run = assemble({
      originMs: clock.monotonicMs() + startAtMs - clock.nowMs(),
      assignment: this.#assignment,
      deps: this.#deps,
      request: this.#request,
      wheel: this.#wheel,
      exhausted: () => this.#stop('requests'),
      spent: () => this.#end('requests'),
      drained: () => this.#partAll(),
    });
    this.#run = run;
    this.#armEnd(run.originMs + sendingEndMs(this.#assignment.plan));
    // A share may be none at all.
    if (run.budget.left <= 0) this.#end('requests');
    else run.executor.start();
  }

  /** Nothing new is sent, be it part of what is under way. */
  #end(reason: WorkerEnd): void {
    this.#stop(reason);
    if (this.#state === 'draining') this.#run!.executor.halt(this.#deps.clock.monotonicMs());
  }

  /** No iteration begins from here on. */
  #stop(reason: WorkerEnd): void {
    if (this.#state !== 'sending') return;
    this.#state = 'draining';
    const { clock, post } = this.#deps;
    const { executor, reports, originMs } = this.#run!;
    const { stopTimeoutMs } = this.#assignment.plan;
    const nowMs = clock.monotonicMs();
    // The end falls together with that of an interval, in which all users still were.
    reports.catchUp(nowMs);
    reports.sendingEnds(nowMs);
    // The timer may fire late; nothing was sent after the duration all the same.
    const atMs = reason === 'duration' ? sendingEndMs(this.#assignment.plan) : nowMs - originMs;
    post({ type: 'stopping', reason, atMs });
    this.#endTimer?.cancel();
    this.#endTimer = clock.after(stopTimeoutMs, () => this.#finish());
    executor.stop(atMs, reason);
  }

  /** Connections listen a moment longer: see `Connection`. */
  #partAll(): void {
    if (this.#state !== 'draining' || this.#drainedMs !== undefined) return;
    const { clock } = this.#deps;
    this.#drainedMs = clock.monotonicMs();
    this.#endTimer?.cancel();
    const listensMs = Math.min(partingMs, this.#assignment.plan.stopTimeoutMs);
    this.#endTimer = clock.after(listensMs, () => this.#finish());
  }

  #finish(): void {
    if (this.#state !== 'draining') return;
    this.#state = 'done';
    const { clock, post, loopLagUsP99 } = this.#deps;
    const { executor, reports, holdUps, originMs, tap } = this.#run!;
    this.#endTimer?.cancel();
    const nowMs = this.#drainedMs ?? clock.monotonicMs();
    executor.abandon(nowMs);
    this.#wheel.stop();
    this.#payloads?.close();
    reports.end(nowMs);
    holdUps.stop();
    if (tap !== undefined) post({ type: 'wire-rest', rest: tap.rest() });
    post({ type: 'done', endedMs: nowMs - originMs, loopLagUsP99: loopLagUsP99() });
  }

  /** Timers fire early: the run lasts as long as it was meant to. */
  #armEnd(endMs: number): void {
    const { clock } = this.#deps;
    this.#endTimer = clock.after(endMs - clock.monotonicMs(), () => {
      if (clock.monotonicMs() < endMs) this.#armEnd(endMs);
      else this.#end('duration');
    });
  }
}
