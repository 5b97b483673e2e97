import type { LoadExecutor } from '../executors/load-executor.ts';
import type { Iterations } from '../executors/performer.ts';
import type { ExchangeDeps } from '../iteration/exchange-deps.ts';
import { NamedBooks } from '../iteration/named-books.ts';
import { RequestBudget } from '../iteration/request-budget.ts';
import { plainRequest } from '../iteration/request-form.ts';
import { RequestPerformer } from '../iteration/request-performer.ts';
import { FlowBooks } from '../iteration/scenario/flow-books.ts';
import { type FlowChoice, playFlows } from '../iteration/scenario/flow-choice.ts';
import type { LoadedScenario } from '../iteration/scenario/load-scenario.ts';
import { ScenarioIterations } from '../iteration/scenario/scenario-iterations.ts';
import { createShaper, type Shaper } from '../iteration/scenario/shape.ts';
import { FirstAnswers } from '../measure/first-answers.ts';
import { createHoldUpMeter, type HoldUpMeter } from '../measure/hold-up.ts';
import { createRecorder, type Recorder } from '../measure/recorder.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { shareOfFirstAnswers } from '../plan/schedule.ts';
import type { PreparedRequest } from '../request/request.ts';
import { Connection } from '../transport/connection.ts';
import type { TimerWheel } from '../transport/exchange/timer-wheel.ts';
import { noTransportCounts, type Transport, type TransportCounts } from '../transport/exchange/transport.ts';
import { closesAtMs, createExecutor, requestsOf } from './create-executor.ts';
import { createTransport } from './create-transport.ts';
import { IntervalReports } from './interval-reports.ts';
import type { LoadWorkerDeps } from './load-worker-deps.ts';
import type { WorkerAssignment } from './messages.ts';
import { createOtherOrigins } from './other-origins.ts';
import { WallTime } from './wall-time.ts';
import { WireTap } from './wire-tap.ts';

/** What a worker that sends is made of. */
export interface Assembly {
  originMs: number;
  recorder: Recorder;
  budget: RequestBudget;
  executor: LoadExecutor;
  scenario: ScenarioIterations | undefined;
  reports: IntervalReports;
  holdUps: HoldUpMeter;
  /** With `--debug`. */
  tap: WireTap | undefined;
}

interface Parts {
  /** The run's instant 0 on the worker's clock; may lie ahead. */
  originMs: number;
  assignment: WorkerAssignment;
  deps: LoadWorkerDeps;
  request: PreparedRequest;
  wheel: TimerWheel;
  /** The last arrival has begun. */
  exhausted(): void;
  /** The last request of this worker's share is out. */
  spent(): void;
  /** After stopping: no iteration is under way any more. */
  drained(): void;
}

/** Everything counts from `originMs`. */
export function assemble(parts: Parts): Assembly {
  const { originMs, assignment, deps, request, wheel } = parts;
  const { clock } = deps;
  const { plan } = assignment;
  const wall = new WallTime(clock);
  const warmupEndMs = originMs + plan.warmupMs;
  const first = new FirstAnswers(shareOfFirstAnswers(assignment.workers), (nothing) =>
    deps.post({ type: 'nothing-there', nothing }),
  );
  const recorder = createRecorder({
    originMs,
    warmupEndMs,
    epochMs: () => wall.epochMs(clock.monotonicMs()),
    first,
  });
  const played = deps.scenario && play(deps.scenario, request, plan.destination.kind === 'runtime');
  const tap = tapOf(assignment, request, deps);
  const transport = createTransport(plan, assignment.secrets, request, played?.flows.needsAnswers === true, {
    ...deps,
    wheel,
    tap,
  });
  const Made = deps.connection ?? Connection;
  const budget = new RequestBudget(requestsOf(assignment), parts.spent);
  const exchange: ExchangeDeps = {
    ...{ clock, recorder, budget, warmupEndMs },
    named: new NamedBooks(),
    closesAtMs: closesAtMs(assignment, originMs),
    epochMs: (nowMs) => wall.epochMs(nowMs),
    connect: (owner) => new Made(transport, owner),
    ...(tap === undefined ? {} : { tap }),
    ...redirectsOf(plan, transport, deps),
  };
  const scenario = played && scenarioIterations(played, exchange, parts);
  const iterations = scenario ?? requestIterations(exchange, request);
  const executor = createExecutor({ ...parts, clock, iterations, budget });
  const holdUps = createHoldUpMeter(clock);
  holdUps.start();
  const reports = new IntervalReports({
    ...{ clock, originMs, recorder },
    worker: assignment.worker,
    readThread: deps.readThread,
    users: () => executor.users,
    takeMore: (nowMs) => ({
      ...scenario?.take(nowMs),
      ...takeCounts(transport.counts),
      ...nothingThereOf(first),
      peaks: holdUps.take(),
    }),
    intervalOver: () => wall.look(),
    post: (snapshot) => deps.post({ type: 'snapshot', snapshot }),
  });
  return { originMs, recorder, budget, executor, scenario, reports, holdUps, tap };
}

function tapOf(
  { debug, worker, workers, secrets, credentials }: WorkerAssignment,
  { origin }: PreparedRequest,
  { clock, post }: LoadWorkerDeps,
): WireTap | undefined {
  if (debug !== true) return undefined;
  return new WireTap({
    ...{ clock, worker, workers },
    origin: `${origin.secure ? 'https' : 'http'}://${origin.host}`,
    secrets: [
      ...Object.values(secrets ?? {}),
      ...(credentials === null ? [] : [credentials.secretAccessKey, credentials.sessionToken ?? '']),
    ],
    post: (block) => post({ type: 'wire', block }),
  });
}

function requestIterations(exchange: ExchangeDeps, request: PreparedRequest): Iterations {
  const choice = plainRequest(request);
  return {
    books: exchange.recorder,
    createPerformer: (owner) => new RequestPerformer(exchange, choice, owner),
  };
}

interface Played {
  scenario: LoadedScenario;
  shape: Shaper;
  flows: FlowChoice;
}

function play(scenario: LoadedScenario, request: PreparedRequest, signed: boolean): Played {
  const shape = createShaper(request, signed);
  return { scenario, shape, flows: playFlows(scenario, shape) };
}

function scenarioIterations(
  played: Played,
  exchange: ExchangeDeps,
  { assignment, request }: Parts,
): ScenarioIterations {
  const { plan, worker, workers, scenarioData } = assignment;
  const books = new FlowBooks({ ...exchange, file: played.scenario.file });
  return new ScenarioIterations(
    {
      ...played,
      clock: exchange.clock,
      data: scenarioData,
      ...{ request, exchange, books },
      timeoutMs: plan.timeoutMs,
      seed: plan.seed,
    },
    { worker, workers },
  );
}

function redirectsOf(
  { maxRedirects, tls }: LoadPlan,
  transport: Transport,
  { lookup, connection = Connection }: LoadWorkerDeps,
): Pick<ExchangeDeps, 'redirects'> {
  if (maxRedirects === 0) return {};
  const transportTo = createOtherOrigins(transport, tls, lookup);
  return {
    redirects: {
      most: maxRedirects,
      origin: transport.origin,
      connectTo: (url, owner) => new connection(transportTo(url), owner),
    },
  };
}

function nothingThereOf(first: FirstAnswers): Pick<Snapshot, 'nothingThere'> {
  const nothing = first.nothing();
  return nothing === null ? {} : { nothingThere: nothing };
}

function takeCounts(counts: TransportCounts): TransportCounts {
  const taken = { ...counts };
  Object.assign(counts, noTransportCounts());
  return taken;
}
