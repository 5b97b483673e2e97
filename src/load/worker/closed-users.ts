import type { Clock } from '../../core/clock.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { UserShare } from '../../offered/deal.ts';
import { mostUsersOf, type UsersDrive } from '../../offered/drive.ts';
import { driveOf } from '../../offered/offered-load.ts';
import { type UserSpan, userSpans } from '../../offered/user-spans.ts';
import type { Pace } from '../../offered/waits/wait-kind.ts';
import { paceOf } from '../../offered/waits/waits.ts';
import type { Recorder, RequestTimes } from '../measure/recorder.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { RequestFailure } from '../transport/failure.ts';
import type { LoadDriver } from './driver.ts';
import { createDueQueue, type DueQueue } from './due-queue.ts';

/** The part of a connection that a user needs; tests bring their own. */
interface UserConnection {
  readonly idle: boolean;
  open(): void;
  send(request: Buffer, nowMs: number): void;
  destroy(): void;
}

export interface ClosedUsersDeps {
  clock: Clock;
  recorder: Recorder;
  drive: UsersDrive;
  share: UserShare;
  seed: number;
  originMs: number;
  /** Nothing is sent at or after this instant. */
  endMs: number;
  connect(owner: ConnectionOwner): UserConnection;
  requestAt(nowMs: number): Buffer;
  /** The share of requests is used up. */
  requestsSpent(): void;
  /** After stopping: nothing is in flight any more. */
  drained(): void;
}

/** The closed model: each user sends, waits for the answer, pauses as its wait says, and goes on until the end. */
export function createClosedUsers(deps: ClosedUsersDeps): LoadDriver {
  const world: World = {
    deps,
    due: createDueQueue<User>(deps.clock, (user, nowMs) => user.takeUp(nowMs)),
    stopping: false,
    pace: paceOf(deps.drive.wait),
    requestsLeft: deps.share.maxRequests ?? Number.POSITIVE_INFINITY,
    active: 0,
    connecting: 0,
  };
  const users: User[] = [];
  const { first, step } = deps.share;
  const follow = (drive: UsersDrive) => {
    const { pieces } = drive.users;
    for (let index = first + users.length * step; index < mostUsersOf(drive); index += step) {
      users.push(new User(world, createRandom(deps.seed ^ Math.imul(index + 1, 0x9e3779b1))));
    }
    const nowMs = deps.clock.monotonicMs();
    for (const [at, user] of users.entries()) user.follow(userSpans(pieces, first + at * step), nowMs);
  };
  return {
    get users() {
      return world.stopping ? 0 : world.active;
    },
    start() {
      if (world.requestsLeft === 0) {
        deps.requestsSpent();
        return;
      }
      follow(deps.drive);
    },
    changed(profile) {
      const drive = driveOf(profile);
      if (world.stopping || drive.drivenBy !== 'users') return;
      world.due.clear();
      follow(drive);
    },
    stop() {
      world.stopping = true;
      world.due.clear();
      for (const user of users) user.stopUnsent();
      if (deps.recorder.inFlight === 0) deps.drained();
    },
    abandon(nowMs) {
      for (const user of users) user.abandon(nowMs);
    },
  };
}

interface World {
  deps: ClosedUsersDeps;
  due: DueQueue<User>;
  pace: Pace;
  stopping: boolean;
  requestsLeft: number;
  /** Users that send and wait at this moment. */
  active: number;
  /** Users that have taken a request up and wait for a connection to send it on. */
  connecting: number;
}

/**
 *   phase      on                          next
 *   resting    its span has come           as pausing
 *   pausing    its instant has come        sending (connection idle) or connecting
 *   connecting opened / failed             sending / pausing
 *   sending    answered or failed          pausing
 */
class User implements ConnectionOwner {
  readonly times: RequestTimes = { intendedMs: 0, takenMs: 0, sentMs: 0, timed: true };
  readonly #world: World;
  readonly #random: Random;
  readonly #connection: UserConnection;
  #phase: 'resting' | 'pausing' | 'connecting' | 'sending' = 'resting';
  /** When it is active, on the clock's monotonic time; those that have passed are gone. */
  #spans: UserSpan[] = [];
  #failuresInARow = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#connection = world.deps.connect(this);
  }

  /** At the start, and again when the number of users was changed by hand and nothing is in the queue. */
  follow(spans: UserSpan[], nowMs: number): void {
    const { due } = this.#world;
    const { originMs, endMs } = this.#world.deps;
    this.#spans = spans.map((span) => {
      const toMs = originMs + span.toMs;
      // A user does not leave because the run is about to end.
      return { fromMs: originMs + span.fromMs, toMs: toMs < endMs ? toMs : Number.POSITIVE_INFINITY };
    });
    if (this.#phase === 'resting') this.#rest(nowMs);
    else if (this.#phase === 'pausing' && this.#staysUntil(this.times.intendedMs))
      due.add(this.times.intendedMs, this);
  }

  takeUp(nowMs: number): void {
    const world = this.#world;
    if (world.stopping || nowMs >= world.deps.endMs || world.requestsLeft <= 0) return;
    world.requestsLeft--;
    if (this.#phase === 'resting') world.active++;
    this.times.takenMs = nowMs;
    if (this.#connection.idle) {
      this.#send(nowMs);
    } else {
      this.#phase = 'connecting';
      world.connecting++;
      this.#connection.open();
    }
    endWhenSpent(world);
  }

  opened(nowMs: number): void {
    if (this.#phase !== 'connecting') return;
    if (this.#world.stopping || nowMs >= this.#world.deps.endMs) return;
    this.#world.connecting--;
    this.#send(nowMs);
    endWhenSpent(this.#world);
  }

  answered(nowMs: number, firstByteMs: number, failure: RequestFailure | null): void {
    const { recorder } = this.#world.deps;
    if (failure === null) recorder.succeeded(this.times, firstByteMs, nowMs);
    else recorder.failed(this.times, failure, nowMs);
    this.#failuresInARow = 0;
    this.#pause(nowMs, 0);
  }

  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void {
    const { recorder } = this.#world.deps;
    if (this.#phase === 'sending') {
      recorder.failed(this.times, failure, nowMs);
    } else {
      this.#world.connecting--;
      recorder.failedUnsent(this.times, failure, nowMs);
    }
    // A host that refuses would otherwise be asked as fast as it can refuse.
    const backoffMs = responseStarted
      ? 0
      : Math.min(maxBackoffMs, firstBackoffMs * 2 ** this.#failuresInARow);
    this.#failuresInARow = responseStarted ? 0 : Math.min(this.#failuresInARow + 1, 8);
    this.#pause(nowMs, backoffMs);
  }

  /** The run is ending: what has not been sent never will be. */
  stopUnsent(): void {
    if (this.#phase === 'connecting') this.#world.deps.recorder.dropped(this.times);
    if (this.#phase === 'sending') return;
    this.#phase = 'pausing';
    this.#connection.destroy();
  }

  abandon(nowMs: number): void {
    if (this.#phase === 'sending') this.#world.deps.recorder.abandoned(this.times, nowMs);
    this.#connection.destroy();
  }

  #send(nowMs: number): void {
    const { recorder, requestAt } = this.#world.deps;
    this.#phase = 'sending';
    recorder.sent(this.times, nowMs);
    this.#connection.send(requestAt(nowMs), nowMs);
  }

  #pause(nowMs: number, backoffMs: number): void {
    const world = this.#world;
    this.#phase = 'pausing';
    if (world.stopping) {
      this.#connection.destroy();
      if (world.deps.recorder.inFlight === 0) world.deps.drained();
      return;
    }
    if (world.requestsLeft <= 0) {
      endWhenSpent(world);
      return;
    }
    const { times } = this;
    const nextMs = world.pace(times.intendedMs, nowMs, this.#random);
    if (nowMs + backoffMs > nextMs) {
      times.intendedMs = nowMs + backoffMs;
      times.timed = backoffMs > 0;
    } else {
      times.intendedMs = nextMs;
      times.timed = nextMs > nowMs;
    }
    if (!this.#staysUntil(times.intendedMs)) return;
    if (times.intendedMs <= nowMs) this.takeUp(nowMs);
    else world.due.add(times.intendedMs, this);
  }

  /** @returns false if its span ends before: then it rests */
  #staysUntil(ms: number): boolean {
    const span = this.#spans[0];
    if (span !== undefined && span.fromMs <= ms && ms < span.toMs) return true;
    this.#world.active--;
    this.#phase = 'resting';
    this.#connection.destroy();
    this.#rest(ms);
    return false;
  }

  /** Until the next span that has not ended by `ms`; for good if there is none. */
  #rest(ms: number): void {
    while (this.#spans[0] !== undefined && this.#spans[0].toMs <= ms) this.#spans.shift();
    const span = this.#spans[0];
    if (span === undefined) return;
    this.times.intendedMs = span.fromMs;
    this.times.timed = true;
    this.#world.due.add(span.fromMs, this);
  }
}

/** Once the last request has been taken up and none waits for a connection any more, sending is over. */
function endWhenSpent(world: World): void {
  if (world.requestsLeft <= 0 && world.connecting === 0 && !world.stopping) world.deps.requestsSpent();
}

const firstBackoffMs = 100;
const maxBackoffMs = 1_000;
