import type { Clock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import type { UserShare } from '../../offered/deal.ts';
import { mostUsersOf, type UsersDrive } from '../../offered/drive.ts';
import { userSpans } from '../../offered/levels/user-spans.ts';
import { driveOf, type OfferedLoad } from '../../offered/offered-load.ts';
import { paceOf } from '../../offered/waits/waits.ts';
import { ClosedUser, type Crowd } from './closed-user.ts';
import { createDueQueue } from './due-queue.ts';
import type { LoadExecutor } from './load-executor.ts';
import type { Iterations } from './performer.ts';

export interface ClosedUsersDeps {
  clock: Clock;
  drive: UsersDrive;
  share: UserShare;
  seed: number;
  originMs: number;
  /** Nothing begins at or after this instant. */
  endMs: number;
  iterations: Iterations;
  /** How many requests the worker may still send. */
  budget: { readonly left: number };
  /** After stopping: no iteration is under way any more. */
  drained(): void;
}

/** The closed model: each user iterates, pauses as its wait says, and goes on until the end. */
export class ClosedUsers implements LoadExecutor {
  readonly #deps: ClosedUsersDeps;
  readonly #crowd: Crowd;
  readonly #users: ClosedUser[] = [];

  constructor(deps: ClosedUsersDeps) {
    const { clock, drive, originMs, endMs, iterations, budget, drained } = deps;
    this.#deps = deps;
    this.#crowd = {
      ...{ iterations, budget, drained, originMs, endMs },
      pace: paceOf(drive.wait),
      due: createDueQueue<ClosedUser>(clock, (user, nowMs) => user.takeUp(nowMs)),
      stopping: false,
      active: 0,
      performing: 0,
    };
  }

  get users(): number {
    return this.#crowd.stopping ? 0 : this.#crowd.active;
  }

  start(): void {
    this.#follow(this.#deps.drive);
  }

  changed(offered: OfferedLoad): void {
    const drive = driveOf(offered);
    if (this.#crowd.stopping || drive.drivenBy !== 'users') return;
    this.#crowd.due.clear();
    this.#follow(drive);
  }

  stop(): void {
    const crowd = this.#crowd;
    crowd.stopping = true;
    crowd.due.clear();
    for (const user of this.#users) user.leave();
    if (crowd.performing === 0) crowd.drained();
  }

  halt(nowMs: number): void {
    for (const user of this.#users) user.halt(nowMs);
  }

  abandon(nowMs: number): void {
    for (const user of this.#users) user.abandon(nowMs);
  }

  #follow(drive: UsersDrive): void {
    const { clock, seed, share } = this.#deps;
    const { first, step } = share;
    const { pieces } = drive.users;
    const most = mostUsersOf(drive);
    for (let index = first + this.#users.length * step; index < most; index += step) {
      this.#users.push(new ClosedUser(this.#crowd, createRandom(seed ^ Math.imul(index + 1, 0x9e3779b1))));
    }
    const nowMs = clock.monotonicMs();
    for (const [at, user] of this.#users.entries()) user.follow(userSpans(pieces, first + at * step), nowMs);
  }
}
