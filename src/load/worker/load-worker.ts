import { createSecureContext } from 'node:tls';
import type { Clock, Timer } from '../../core/clock.ts';
import { createRecorder, type Recorder } from '../measure/recorder.ts';
import { snapshotVersion } from '../measure/snapshot.ts';
import type { PayloadSource } from '../payloads/payload-source.ts';
import { type PreparedRequest, prepareRequest } from '../request.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import type { ScenarioRuntime } from '../scenario/scenario-runtime.ts';
import { sendingEndMs } from '../schedule.ts';
import { createAddressBook, type LookupAll } from '../transport/address-book.ts';
import { Connection, type ConnectionOwner, type Transport } from '../transport/connection.ts';
import type { HttpConnection } from '../transport/http-connection.ts';
import { createTimerWheel, type TimerWheel } from '../transport/timer-wheel.ts';
import { createDriver } from './create-driver.ts';
import type { LoadDriver } from './driver.ts';
import type { FromWorker, ToWorker, WorkerAssignment, WorkerEnd } from './messages.ts';
import { openShare } from './payload-share.ts';

export interface LoadWorkerDeps {
  clock: Clock;
  post(message: FromWorker): void;
  lookup: LookupAll;
  /** Cumulative figures of this thread. */
  readThread(): { loopActiveMs: number; loopIdleMs: number; cpuUs: number };
  loopLagUsP99(): number;
  /** Trusted certificates (PEM) instead of Node's own and those of NODE_EXTRA_CA_CERTS. */
  ca?: string;
  /** What connections are made of, unless it is `Connection`. */
  connection?: new (
    transport: Transport,
    owner: ConnectionOwner,
  ) => HttpConnection;
  /** Of a plan with one. */
  scenario?: LoadedScenario;
}

/**
 * One worker's part of a run.
 *
 *   state     on                                              next
 *   ready     start                                           sending
 *   sending   duration over, requests spent, told to stop     draining
 *   draining  nothing in flight, or the stop timeout          done
 */
export class LoadWorker {
  readonly #assignment: WorkerAssignment;
  readonly #deps: LoadWorkerDeps;
  readonly #request: PreparedRequest;
  readonly #payloads: PayloadSource | undefined;
  readonly #wheel: TimerWheel;
  #state: 'ready' | 'sending' | 'draining' | 'done' = 'ready';
  #originMs = 0;
  /** Wall minus monotonic time, looked at anew each interval: clocks are slewed, laptops sleep. */
  #epochOffsetMs = 0;
  #interval = 0;
  #intervalStartMs = 0;
  #thread = { loopActiveMs: 0, loopIdleMs: 0, cpuUs: 0 };
  #recorder: Recorder | undefined;
  #driver: LoadDriver | undefined;
  #transport: Transport | undefined;
  #scenario: ScenarioRuntime | undefined;
  #intervalTimer: Timer | undefined;
  #endTimer: Timer | undefined;

  /** @throws MlbenchError for a request that cannot be prepared */
  constructor(assignment: WorkerAssignment, deps: LoadWorkerDeps) {
    this.#assignment = assignment;
    this.#deps = deps;
    this.#payloads = openShare(assignment);
    this.#request = prepareRequest(assignment.plan, this.#payloads);
    if (assignment.credentials !== null) this.#request.useCredentials(assignment.credentials);
    const { timeoutMs } = assignment.plan;
    this.#wheel = createTimerWheel(deps.clock, Math.min(50, Math.max(1, timeoutMs / 200)));
  }

  handle(message: ToWorker): void {
    if (message.type === 'credentials') this.#request.useCredentials(message.credentials);
    else if (message.type === 'start') this.#start();
    else if (message.type === 'change') this.#driver?.changed(message.profile);
    else this.#stop('told');
  }

  #start(): void {
    if (this.#state !== 'ready') return;
    const { clock } = this.#deps;
    const { plan } = this.#assignment;
    this.#state = 'sending';
    this.#originMs = clock.monotonicMs();
    this.#intervalStartMs = this.#originMs;
    this.#lookAtWallClock();
    this.#thread = this.#deps.readThread();
    const endMs = this.#originMs + sendingEndMs(plan);
    const recorder = createRecorder({
      originMs: this.#originMs,
      warmupEndMs: this.#originMs + plan.warmupMs,
      endMs,
      epochMs: () => clock.monotonicMs() + this.#epochOffsetMs,
    });
    this.#recorder = recorder;
    this.#transport = this.#createTransport();
    const transport = this.#transport;
    const Made = this.#deps.connection ?? Connection;
    const { driver, scenario } = createDriver({
      assignment: this.#assignment,
      clock,
      recorder,
      wheel: this.#wheel,
      request: this.#request,
      connect: (owner) => new Made(transport, owner),
      scenario: this.#deps.scenario,
      originMs: this.#originMs,
      epochMs: (nowMs) => nowMs + this.#epochOffsetMs,
      requestsSpent: () => {
        this.#stop('requests');
        // The last arrival has come already: the flows that may end send nothing new from here on.
        scenario?.stop('requests');
      },
      drained: () => this.#finish(),
    });
    this.#driver = driver;
    this.#scenario = scenario;
    this.#armInterval();
    this.#armEnd(endMs);
    if (scenario?.spent === true) this.#stop('requests');
    else driver.start();
  }

  /** What the scenario's code threw where nobody awaited it. @returns whether there is a scenario to blame */
  scenarioThrew(error: unknown): boolean {
    if (this.#scenario === undefined) return false;
    if (this.#state === 'sending') this.#scenario.threw(error);
    return true;
  }

  #createTransport(): Transport {
    const { clock, lookup, ca } = this.#deps;
    const { origin, headRequest } = this.#request;
    return {
      origin,
      clock,
      addresses: createAddressBook(origin.hostname, lookup, () => clock.monotonicMs()),
      wheel: this.#wheel,
      timeoutMs: this.#assignment.plan.timeoutMs,
      headRequest,
      ...(this.#assignment.plan.proxy === undefined ? {} : { proxy: this.#assignment.plan.proxy }),
      ...(this.#deps.scenario === undefined ? {} : { captureBytes: mostKeptBytes }),
      bodyBytes: 0,
      strayAnswers: 0,
      readBuffer: Buffer.allocUnsafeSlow(65_536),
      ...(origin.secure ? { secureContext: createSecureContext(ca === undefined ? {} : { ca }) } : {}),
    };
  }

  #stop(reason: WorkerEnd): void {
    if (this.#state !== 'sending') return;
    this.#state = 'draining';
    const { clock, post } = this.#deps;
    const nowMs = clock.monotonicMs();
    // With a number of requests to send, the last answers belong to the rate.
    if (reason !== 'requests') this.#recorder!.endWindow(nowMs);
    // The timer may fire late; nothing was sent after the duration all the same.
    const atMs = reason === 'duration' ? sendingEndMs(this.#assignment.plan) : nowMs - this.#originMs;
    post({ type: 'stopping', reason, atMs });
    this.#endTimer?.cancel();
    this.#endTimer = clock.after(this.#assignment.plan.stopTimeoutMs, () => this.#finish());
    this.#driver!.stop(atMs, reason);
    this.#scenario?.stop(reason);
  }

  #finish(): void {
    if (this.#state !== 'draining') return;
    this.#state = 'done';
    const { clock, post, loopLagUsP99 } = this.#deps;
    this.#endTimer?.cancel();
    this.#intervalTimer?.cancel();
    const nowMs = clock.monotonicMs();
    this.#scenario?.abandon(nowMs);
    this.#driver!.abandon(nowMs);
    this.#wheel.stop();
    this.#payloads?.close();
    this.#postSnapshot(nowMs, this.#interval + 1);
    post({ type: 'done', endedMs: nowMs - this.#originMs, loopLagUsP99: loopLagUsP99() });
  }

  /** Timers fire early: the run lasts as long as it was meant to. */
  #armEnd(endMs: number): void {
    const { clock } = this.#deps;
    this.#endTimer = clock.after(endMs - clock.monotonicMs(), () => {
      if (clock.monotonicMs() < endMs) this.#armEnd(endMs);
      else this.#stop('duration');
    });
  }

  /** Intervals end at whole multiples from the start, so that those of all workers fall together. */
  #armInterval(): void {
    const { clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    const passed = Math.floor((nowMs - this.#originMs) / snapshotIntervalMs);
    const dueMs = this.#originMs + (passed + 1) * snapshotIntervalMs;
    this.#intervalTimer = clock.after(dueMs - nowMs, () => {
      const firedMs = clock.monotonicMs();
      if (firedMs >= dueMs) {
        this.#lookAtWallClock();
        this.#postSnapshot(firedMs, Math.floor((firedMs - this.#originMs) / snapshotIntervalMs));
      }
      this.#armInterval();
    });
  }

  #postSnapshot(nowMs: number, interval: number): void {
    const recorder = this.#recorder!;
    const scenario = this.#scenario?.take(nowMs);
    const thread = this.#deps.readThread();
    const before = this.#thread;
    this.#deps.post({
      type: 'snapshot',
      snapshot: {
        version: snapshotVersion,
        worker: this.#assignment.worker,
        interval,
        fromMs: this.#intervalStartMs - this.#originMs,
        toMs: nowMs - this.#originMs,
        users: this.#driver!.users,
        inFlight: recorder.inFlight,
        ...recorder.take(nowMs),
        ...this.#takeReceived(),
        ...scenario,
        loopActiveMs: thread.loopActiveMs - before.loopActiveMs,
        loopIdleMs: thread.loopIdleMs - before.loopIdleMs,
        cpuUs: thread.cpuUs - before.cpuUs,
      },
    });
    this.#thread = thread;
    this.#intervalStartMs = nowMs;
    this.#interval = interval;
  }

  #takeReceived(): { bodyBytes: number; strayAnswers: number } {
    const transport = this.#transport!;
    const { bodyBytes, strayAnswers } = transport;
    transport.bodyBytes = 0;
    transport.strayAnswers = 0;
    return { bodyBytes, strayAnswers };
  }

  #lookAtWallClock(): void {
    const { clock } = this.#deps;
    this.#epochOffsetMs = clock.nowMs() - clock.monotonicMs();
  }
}

const snapshotIntervalMs = 1_000;
/** Of each answer to a scenario's request. */
const mostKeptBytes = 1_048_576;
