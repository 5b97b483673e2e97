import type { Recorder, RequestTimes } from '../measure/recorder.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { RequestFailure } from '../transport/failure.ts';
import { noDeadline, type Timed, type TimerWheel } from '../transport/timer-wheel.ts';
import { createWaitingLine } from './waiting-line.ts';

/** The part of a connection that a request needs; tests bring their own. */
interface PooledConnection {
  readonly idle: boolean;
  open(): void;
  send(request: Buffer, nowMs: number): void;
  destroy(): void;
}

export interface RequestPoolDeps {
  recorder: Recorder;
  wheel: TimerWheel;
  /** At most so many connections; beyond them requests wait. */
  connections: number;
  /** A request that has waited for a connection so long has failed. */
  timeoutMs: number;
  connect(owner: ConnectionOwner): PooledConnection;
  requestAt(nowMs: number, payload: string | null): Buffer;
  /** A request has got its connection, or has given up: fewer wait now. */
  waitingChanged(): void;
  /** A request in flight has ended. */
  ended(): void;
}

/** Arrivals on a bounded number of connections: the one used last first, a new one while all are busy, else in line. */
export interface RequestPool {
  /** Requests that wait for a connection. */
  readonly waiting: number;
  take(intendedMs: number, takenMs: number, payload: string | null): void;
  /** Requests in line are dropped, connections that carry nothing closed. */
  stop(): void;
  abandon(nowMs: number): void;
}

export function createRequestPool(deps: RequestPoolDeps): RequestPool {
  const { recorder, wheel, timeoutMs } = deps;
  const line = createWaitingLine();
  const lanes: Lane[] = [];
  /** Open and carrying nothing, the one used last at the end; the server may have closed some meanwhile. */
  const idle: Lane[] = [];
  const closed: Lane[] = [];
  let opening = 0;
  let stopped = false;
  const scratch: RequestTimes = { intendedMs: 0, takenMs: 0, sentMs: 0, timed: true };

  const findIdle = (): Lane | undefined => {
    for (let lane = idle.pop(); lane !== undefined; lane = idle.pop()) {
      if (lane.connection.idle) return lane;
      closed.push(lane);
    }
    return undefined;
  };
  const send = (lane: Lane, nowMs: number, payload: string | null) => {
    lane.sending = true;
    recorder.sent(lane.times, nowMs);
    lane.connection.send(deps.requestAt(nowMs, payload), nowMs);
  };
  /** Once for each request in line that no opening connection is meant for. */
  const openMore = () => {
    while (!stopped && opening < line.length) {
      const lane = closed.pop() ?? (lanes.length < deps.connections ? newLane() : undefined);
      if (lane === undefined) return;
      opening++;
      lane.connection.open();
    }
  };
  const newLane = () => {
    const lane = new Lane(deps, { release, opened, failedToOpen });
    lanes.push(lane);
    return lane;
  };
  /** The connection carries nothing any more: the next in line has it. */
  const release = (lane: Lane, nowMs: number) => {
    if (!lane.connection.idle) closed.push(lane);
    else if (stopped) lane.connection.destroy();
    else if (line.length > 0) {
      const { times } = lane;
      times.intendedMs = line.intendedMs;
      times.takenMs = line.takenMs;
      const payload = line.leave();
      watchLine();
      send(lane, nowMs, payload);
      deps.waitingChanged();
      return;
    } else idle.push(lane);
    openMore();
  };
  const opened = (lane: Lane, nowMs: number) => {
    opening--;
    release(lane, nowMs);
  };
  /** The one that has waited longest bears it: no other connection came in time for it. */
  const failedToOpen = (lane: Lane, nowMs: number, failure: RequestFailure) => {
    opening--;
    closed.push(lane);
    if (line.length > 0 && !stopped) giveUp((times) => recorder.failedUnsent(times, failure, nowMs));
    openMore();
  };
  const giveUp = (count: (times: RequestTimes) => void) => {
    scratch.intendedMs = line.intendedMs;
    scratch.takenMs = line.takenMs;
    line.leave();
    watchLine();
    count(scratch);
    deps.waitingChanged();
  };
  const longestWaiting: Timed = {
    deadlineMs: noDeadline,
    watched: false,
    expired(nowMs) {
      const message = `no free connection within ${timeoutMs / 1_000} s`;
      while (line.length > 0 && line.takenMs + timeoutMs <= nowMs) {
        giveUp((times) => recorder.starved(times, { kind: 'timeout', status: 0, message }, nowMs));
      }
    },
  };
  const watchLine = () => {
    longestWaiting.deadlineMs = line.length > 0 && !stopped ? line.takenMs + timeoutMs : noDeadline;
    if (longestWaiting.deadlineMs !== noDeadline && !longestWaiting.watched) wheel.watch(longestWaiting);
  };
  return {
    get waiting() {
      return line.length;
    },
    take(intendedMs, takenMs, payload) {
      const lane = line.length === 0 ? findIdle() : undefined;
      if (lane !== undefined) {
        lane.times.intendedMs = intendedMs;
        lane.times.takenMs = takenMs;
        send(lane, takenMs, payload);
      } else if (line.length >= mostWaiting) {
        scratch.intendedMs = intendedMs;
        scratch.takenMs = takenMs;
        const message = `more than ${mostWaiting} requests wait for a connection`;
        recorder.starved(scratch, { kind: 'client', status: 0, message }, takenMs);
      } else {
        line.enter(intendedMs, takenMs, payload);
        if (line.length === 1) watchLine();
        openMore();
      }
    },
    stop() {
      stopped = true;
      while (line.length > 0) {
        scratch.intendedMs = line.intendedMs;
        recorder.dropped(scratch);
        line.leave();
      }
      watchLine();
      for (const lane of lanes) if (!lane.sending) lane.connection.destroy();
    },
    abandon(nowMs) {
      for (const lane of lanes) {
        if (lane.sending) recorder.abandoned(lane.times, nowMs);
        lane.connection.destroy();
      }
    },
  };
}

interface LaneHost {
  release(lane: Lane, nowMs: number): void;
  opened(lane: Lane, nowMs: number): void;
  failedToOpen(lane: Lane, nowMs: number, failure: RequestFailure): void;
}

/** A connection and the request it carries. */
class Lane implements ConnectionOwner {
  readonly times: RequestTimes = { intendedMs: 0, takenMs: 0, sentMs: 0, timed: true };
  readonly connection: PooledConnection;
  sending = false;
  readonly #deps: RequestPoolDeps;
  readonly #host: LaneHost;

  constructor(deps: RequestPoolDeps, host: LaneHost) {
    this.#deps = deps;
    this.#host = host;
    this.connection = deps.connect(this);
  }

  opened(nowMs: number): void {
    this.#host.opened(this, nowMs);
  }

  answered(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void {
    const { recorder } = this.#deps;
    this.sending = false;
    if (failure === null) recorder.succeeded(this.times, firstByteMs, nowMs);
    else recorder.failed(this.times, failure, nowMs);
    this.#host.release(this, nowMs);
    this.#deps.ended();
  }

  failed(nowMs: number, failure: RequestFailure): void {
    if (!this.sending) {
      this.#host.failedToOpen(this, nowMs, failure);
      return;
    }
    this.sending = false;
    this.#deps.recorder.failed(this.times, failure, nowMs);
    this.#host.release(this, nowMs);
    this.#deps.ended();
  }
}

const mostWaiting = 1_000_000;
