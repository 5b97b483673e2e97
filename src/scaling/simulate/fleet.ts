/**
 * The instances of a variant under load, as groups that share a backlog: who was there when a burst came still has its
 * queue when new instances arrive empty, for nothing is moved from one queue to another. Routing is random, as
 * SageMaker's.
 */
import type { Callers } from '../../offered/simulated-load.ts';
import type { Cycle } from '../../offered/waits/wait-kind.ts';
import type { QueueModel, Regime } from './queue-model.ts';

export interface Fleet {
  groups: Group[];
}

interface Group {
  instances: number;
  /** Requests waiting on each. */
  backlog: number;
}

/** What a stretch of time held for a share of the requests. */
export interface Stretch {
  requests: number;
  regime: Regime;
}

export function createFleet(instances: number): Fleet {
  return { groups: [{ instances, backlog: 0 }] };
}

function instancesOf(fleet: Fleet): number {
  let count = 0;
  for (const group of fleet.groups) count += group.instances;
  return count;
}

/** New instances come empty; of surplus ones the newest drain, and what waits on them is still served. */
export function resizeFleet(fleet: Fleet, instances: number): void {
  const more = instances - instancesOf(fleet);
  if (more > 0) fleet.groups.push({ instances: more, backlog: 0 });
  for (let left = -more; left > 0; ) {
    const last = fleet.groups.at(-1)!;
    const gone = Math.min(left, last.instances);
    last.instances -= gone;
    left -= gone;
    if (last.instances === 0) fleet.groups.pop();
  }
}

/**
 * Squared coefficient of variation of the gaps at one of N instances. Choosing at random thins a stream: evenly spaced
 * arrivals become gaps of a geometric number of steps, 1 − 1/N; Poisson stays Poisson, 1.
 */
export function gapScv(callers: Callers, instances: number): number {
  return callers.drivenBy === 'arrivals' && callers.spacing === 'poisson' ? 1 : 1 - 1 / instances;
}

/**
 * Lets `requests` arrive over `durationMs` and moves the backlogs on. Each stretch says what its requests met; requests
 * add up.
 */
export function serveOpen(
  fleet: Fleet,
  queue: QueueModel,
  requests: number,
  durationMs: number,
  scv: number,
  onStretch: (stretch: Stretch) => void,
): void {
  const all = instancesOf(fleet);
  const seconds = durationMs / 1_000;
  const rps = requests / seconds / all;
  const full = queue.instance.queue;
  for (const group of fleet.groups) {
    const share = (requests * group.instances) / all;
    const drift = rps - queue.maxRps;
    const resting = queue.atRest(rps, scv);
    const goal = drift > 0 ? full : 0;
    const atGoal = drift > 0 ? group.backlog >= full : group.backlog <= resting.waiting;
    const movingSeconds = atGoal
      ? 0
      : Math.min(seconds, drift === 0 ? seconds : (goal - group.backlog) / drift);
    if (movingSeconds > 0) {
      const reached = movingSeconds < seconds ? goal : group.backlog + drift * seconds;
      onStretch({
        requests: (share * movingSeconds) / seconds,
        regime: queue.moving(group.backlog, reached),
      });
      group.backlog = reached;
    } else if (atGoal) group.backlog = goal;
    if (movingSeconds < seconds) {
      onStretch({ requests: (share * (seconds - movingSeconds)) / seconds, regime: resting });
      group.backlog = goal;
    }
  }
  mergeAlike(fleet);
}

/**
 * Users who wait for their answers offer what their answers allow, and are at rest within a few answers. With n users
 * an instance, z the pause, p the pacing:
 *
 *   X = n / (z + R)  or  n / max(p, R)          R = s + wait(X), found by repetition
 *   saturated: X = c/s, wait = n s/c − z − s (what keeps X at c/s), at most the full queue; who finds it full is refused
 *
 * @returns requests offered
 */
export function serveClosed(
  fleet: Fleet,
  queue: QueueModel,
  cycle: Cycle,
  users: number,
  durationMs: number,
  onStretch: (stretch: Stretch) => void,
): number {
  if (users <= 0) return 0;
  const instances = instancesOf(fleet);
  fleet.groups = [{ instances, backlog: 0 }];
  const each = users / instances;
  const serviceMs = queue.meanServiceUs / 1_000;
  const cycleMs = (responseMs: number) =>
    cycle.kind === 'pause' ? cycle.meanMs + responseMs : Math.max(cycle.meanMs, responseMs);
  const scv = 1 - 1 / instances;
  const unhindered = (each * 1_000) / cycleMs(serviceMs);
  const seconds = durationMs / 1_000;
  if (unhindered < queue.maxRps) {
    let rps = unhindered;
    for (let turn = 0; turn < 3; turn++) {
      const waitMs = Math.min(queue.atRest(rps, scv).meanWaitUs / 1_000, (each * 1_000) / queue.maxRps);
      rps = (each * 1_000) / cycleMs(serviceMs + waitMs);
    }
    const regime = { ...queue.atRest(rps, scv), refusedShare: 0 };
    onStretch({ requests: rps * instances * seconds, regime });
    return rps * instances * seconds;
  }
  const fullMs = (queue.instance.queue * 1_000) / queue.maxRps;
  const busyMs = (each * 1_000) / queue.maxRps - serviceMs - (cycle.kind === 'pause' ? cycle.meanMs : 0);
  const waiting = (Math.min(busyMs, fullMs) * queue.maxRps) / 1_000;
  let refusedRps = 0;
  if (busyMs > fullMs) {
    // n = X × cycle(R) + refused × cycle(0): those refused come back after their pause, at the soonest in a
    // millisecond.
    const bound = (queue.maxRps * cycleMs(serviceMs + fullMs)) / 1_000;
    refusedRps = (Math.max(0, each - bound) * 1_000) / Math.max(1, cycleMs(0));
  }
  const offered = queue.maxRps + refusedRps;
  const regime = { ...queue.moving(waiting, waiting), refusedShare: refusedRps / offered };
  onStretch({ requests: offered * instances * seconds, regime });
  return offered * instances * seconds;
}

function mergeAlike(fleet: Fleet): void {
  const [first, ...rest] = fleet.groups;
  if (!first || rest.length === 0) return;
  const merged = [first];
  for (const group of rest) {
    const last = merged.at(-1)!;
    if (Math.abs(last.backlog - group.backlog) < 1e-6) last.instances += group.instances;
    else merged.push(group);
  }
  fleet.groups = merged;
}
