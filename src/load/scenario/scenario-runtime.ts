import type { Recorder } from '../measure/recorder.ts';
import type { ExceptionCount, FlowCounts, NamedInterval } from '../measure/snapshot.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import { normaliseMessage } from '../transport/failure.ts';
import type { WorkerEnd } from '../worker/messages.ts';
import { describeThrown, placesIn } from './load-scenario.ts';
import { createScenarioBooks } from './scenario-books.ts';
import { createShaper } from './scenario-shape.ts';
import { ScenarioLane } from './scenario-user.ts';
import type { ScenarioRuntimeDeps, World } from './scenario-world.ts';

/**
 * Puts a scenario's flows where the drivers expect requests: to users and arrivals, a flow is a request that is sent at once
 * and ends when the flow has ended. What the flow really sends goes into the books here. So every load model, ramp and
 * stage drives scenarios, too.
 */
export interface ScenarioRuntime {
  /** For the driver: counts flows, and leaves the requests to the scenario. */
  recorder: Recorder;
  /** For the driver: a user, in the place of a connection. */
  connect(owner: ConnectionOwner): ScenarioLane;
  /** Nothing new is sent: flows are left where they stand, requests in flight may end. After the last arrival, flows end. */
  stop(reason: WorkerEnd): void;
  abandon(nowMs: number): void;
  /** Something that the scenario's code threw outside of a flow's own promise. */
  threw(error: unknown): void;
  /** Once an interval. */
  take(nowMs: number): { named: NamedInterval[]; exceptions: ExceptionCount[]; flows: FlowCounts };
  /** Its share of the run's requests is used up. */
  readonly spent: boolean;
}

export function createScenarioRuntime(deps: ScenarioRuntimeDeps): ScenarioRuntime {
  const { clock, recorder, scenario } = deps;
  const books = createScenarioBooks();
  const lanes: ScenarioLane[] = [];
  let flowsRunning = 0;
  let flows: FlowCounts = { started: 0, dropped: 0 };
  const threw = (error: unknown, flow: string) => {
    const nowMs = clock.monotonicMs();
    const message = normaliseMessage(describeThrown(error));
    books.threw({ message, traceback: placesIn(scenario.file, error).join('\n'), count: 1 });
    const name = books.boundName(flow);
    const failure = {
      kind: 'client',
      status: 0,
      message: normaliseMessage(message),
      name,
      method: '',
    } as const;
    recorder.failedUnsent({ intendedMs: nowMs, takenMs: nowMs, sentMs: nowMs, timed: false }, failure, nowMs);
    if (nowMs >= deps.warmupEndMs) books.ended(name, '', false, 0, null);
  };
  const world: World = {
    deps,
    books,
    shape: createShaper(deps.request, deps.signed),
    totalWeight: scenario.flows.reduce((sum, { weight = 1 }) => sum + weight, 0),
    stopping: false,
    requestsLeft: deps.maxRequests ?? Number.POSITIVE_INFINITY,
    connecting: 0,
    times: { intendedMs: 0, takenMs: 0, timed: false },
    threw,
  };
  return {
    recorder: {
      get inFlight() {
        return flowsRunning;
      },
      sent({ intendedMs, takenMs, timed }, nowMs) {
        flowsRunning++;
        flows.started++;
        // The driver sends the flow in the same breath: its first request has these times.
        world.times = { intendedMs, takenMs: Math.min(takenMs, nowMs), timed };
      },
      succeeded: () => {
        flowsRunning--;
      },
      failed: () => {
        flowsRunning--;
      },
      failedUnsent: (times, failure, nowMs) => recorder.failedUnsent(times, failure, nowMs),
      starved: (times, failure, nowMs) => recorder.starved(times, failure, nowMs),
      dropped() {
        flows.dropped++;
      },
      droppedUntaken(count) {
        flows.dropped += count;
      },
      abandoned: () => {},
      endWindow: (atMs) => recorder.endWindow(atMs),
      take: (nowMs) => recorder.take(nowMs),
    },
    connect(owner) {
      const lane = new ScenarioLane(world, owner, deps.worker + lanes.length * deps.workers);
      lanes.push(lane);
      return lane;
    },
    stop(reason) {
      // The last arrival has come: its flow, and those before it, may end.
      if (reason === 'requests' && world.requestsLeft > 0) return;
      world.stopping = true;
      for (const lane of lanes) lane.stop();
    },
    abandon(nowMs) {
      world.stopping = true;
      for (const lane of lanes) lane.abandon(nowMs);
    },
    threw: (error) => threw(error, 'outside of flows'),
    take(nowMs) {
      for (const lane of lanes) lane.checkProgress(nowMs);
      const taken = { ...books.take(), flows };
      flows = { started: 0, dropped: 0 };
      return taken;
    },
    get spent() {
      return world.requestsLeft <= 0;
    },
  };
}
