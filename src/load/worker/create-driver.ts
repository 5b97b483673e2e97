import type { Clock } from '../../core/clock.ts';
import { dealtRequests, dealUsers, stripeLength } from '../../offered/deal.ts';
import { driveOf } from '../../offered/offered-load.ts';
import type { Recorder } from '../measure/recorder.ts';
import type { PreparedRequest } from '../request.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import { createScenarioRuntime, type ScenarioRuntime } from '../scenario/scenario-runtime.ts';
import { sendingEndMs } from '../schedule.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { HttpConnection } from '../transport/http-connection.ts';
import type { TimerWheel } from '../transport/timer-wheel.ts';
import { createArrivals } from './arrivals.ts';
import { createClosedUsers } from './closed-users.ts';
import type { LoadDriver } from './driver.ts';
import type { WorkerAssignment } from './messages.ts';

export interface DriverDeps {
  assignment: WorkerAssignment;
  clock: Clock;
  recorder: Recorder;
  wheel: TimerWheel;
  request: PreparedRequest;
  connect(owner: ConnectionOwner): HttpConnection;
  /** Of a plan with one. */
  scenario: LoadedScenario | undefined;
  originMs: number;
  /** Wall time of an instant. */
  epochMs(nowMs: number): number;
  /** The share of requests is used up, or the last arrival has come. */
  requestsSpent(): void;
  /** After stopping: nothing is in flight any more. */
  drained(): void;
}

/** What makes a worker's requests, as its plan says: users or arrivals, of single requests or of a scenario's flows. */
export function createDriver(deps: DriverDeps): {
  driver: LoadDriver;
  scenario: ScenarioRuntime | undefined;
} {
  const { request, epochMs, clock, originMs, assignment } = deps;
  const scenario = createScenario(deps);
  const shared = {
    clock,
    originMs,
    recorder: scenario?.recorder ?? deps.recorder,
    connect: scenario?.connect ?? deps.connect,
    requestAt: (nowMs: number, payload: string | null = null) =>
      scenario === undefined ? request.bytesAt(epochMs(nowMs), payload) : noBytes,
    requestsSpent: deps.requestsSpent,
    drained: deps.drained,
  };
  const { plan, worker, workers, contents } = assignment;
  const { profile, seed } = plan;
  const drive = driveOf(profile);
  const endMs = originMs + sendingEndMs(plan);
  // A scenario counts its requests itself: a flow may send several.
  const maxRequests = scenario === undefined ? plan.maxRequests : null;
  if (drive.drivenBy === 'users') {
    const share = dealUsers(profile, maxRequests, worker, workers);
    return { scenario, driver: createClosedUsers({ ...shared, drive, share, seed, endMs }) };
  }
  const driver = createArrivals({
    ...shared,
    wheel: deps.wheel,
    source: drive.open({ seed, maxRequests }, { stripe: worker, stripes: workers }, contents),
    endsWithSource: maxRequests !== null || drive.finite,
    endMs,
    warmupMs: plan.warmupMs,
    connections: stripeLength(plan.connections, worker, workers),
    timeoutMs: plan.timeoutMs,
    precise: plan.precise,
  });
  return { scenario, driver };
}

function createScenario(deps: DriverDeps): ScenarioRuntime | undefined {
  const { scenario, assignment, originMs, clock, recorder, request, connect, epochMs } = deps;
  if (scenario === undefined) return undefined;
  const { plan, worker, workers, scenarioData } = assignment;
  return createScenarioRuntime({
    clock,
    recorder,
    scenario,
    data: scenarioData,
    request,
    signed: plan.target.kind === 'runtime',
    seed: plan.seed,
    worker,
    workers,
    maxRequests: dealtRequests(plan.profile, plan.maxRequests, worker, workers)?.count ?? null,
    warmupEndMs: originMs + plan.warmupMs,
    timeoutMs: plan.timeoutMs,
    epochMs,
    connect,
    requestsSpent: deps.requestsSpent,
  });
}

const noBytes = Buffer.alloc(0);
