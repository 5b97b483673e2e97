import { cloudError, type MlbenchError } from '../../core/errors.ts';
import { exitCodes, strongestExitCode } from '../../core/exit-codes.ts';
import { openLocustCsv } from '../../load/output/locust-csv.ts';
import { requestName } from '../../load/output/request-name.ts';
import type { Destination } from '../../load/plan/plan.ts';
import type { LoadSteering } from '../../load/run/controls.ts';
import { type LoadRun, runLoad } from '../../load/run/run-load.ts';
import { costOf } from '../../record/fleet/cost.ts';
import { summariseScaling } from '../../record/fleet/scaling-summary.ts';
import { promisedP99Us } from '../../record/judgement/promised-limit.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import { newRunId, openRunFolder } from '../../record/writer/run-folder.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../../resources/sdk/live-price.ts';
import { clientsOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import type { LoadOutcome } from '../contract/outcomes.ts';
import type { ServiceEndpoint } from '../endpoints/service-endpoint.ts';
import type { PlannedLoad } from '../load/load-plan.ts';
import { openFleetWatch } from './fleet-watch.ts';
import { createRunClock } from './run-clock.ts';
import { createRunRecorder } from './run-recorder.ts';

export interface MeasureRequest {
  outDir: string | undefined;
  csvPrefix?: string | undefined;
  /** Lets somebody change the load while it runs. */
  steering?: LoadSteering | undefined;
  /** Watch on after the load until the fleet is calm. */
  untilStable: boolean;
  /** The page that shows the record. */
  renderReport(result: RunResult, timeline: readonly TimelineEvent[]): string;
  /** Called when the load has ended and the watching goes on. */
  onLoadEnded?: () => void;
}

/** A fleet that scales in late by AWS's rules is calm well before; beyond this nobody waits. */
const longestCalmingCloudMs = 90 * 60_000;

/**
 * Runs the load, watches the fleet on the same clock, and writes the run's folder as it goes.
 * @throws MlbenchError before the first request; and `nothing-to-load`, once what was measured is written
 */
export async function measure(
  { plan, contents, workers, endpoint, credentials, secrets }: PlannedLoad,
  request: MeasureRequest,
  context: CommandContext,
): Promise<LoadOutcome> {
  const runId = newRunId(context.clock.nowMs());
  const csv =
    request.csvPrefix === undefined
      ? []
      : [
          openLocustCsv(request.csvPrefix, requestName(plan.destination), (problem) =>
            warnOf(problem, context),
          ),
        ];
  const directory = openRunFolder(context.stateDir, runId, request.outDir, (error) => warnOf(error, context));
  const watch =
    endpoint &&
    (await openFleetWatch(endpoint, context).catch((error) => {
      directory.discard();
      throw error;
    }));
  const runClock = watch?.runClock ?? createRunClock({ nowMs: () => context.clock.nowMs(), timeScale: 1 });
  const record = (event: TimelineEvent) => {
    directory.append(event);
    if (event.type !== 'load') context.emit({ type: 'timeline', event });
  };
  const recorder = createRunRecorder({
    nowMs: () => context.clock.nowMs(),
    runClock,
    record,
    recordInterval: directory.appendInterval,
    started: () => watch?.start(record),
  });
  let outcome: LoadOutcome;
  let nothingToLoad: string | null;
  try {
    const load = await runLoad(plan, {
      clock: context.clock,
      runId,
      contents,
      secrets,
      signal: context.signal,
      observers: [context.emit, recorder, ...csv],
      ...(request.steering === undefined ? {} : { steering: request.steering }),
      workers,
      credentials,
    });
    // Written before anything else is waited for: whatever happens from here on, the measurement is safe.
    directory.writeHistogram(load.totals.latency.response.spectrum());
    directory.writeResult(load.result);
    if (watch && request.untilStable && !load.interrupted && load.nothingToLoad === null) {
      request.onLoadEnded?.();
      const endedBy = await watch.untilStable(longestCalmingCloudMs, context.signal);
      if (endedBy === 'stable') {
        record(runClock.event({ type: 'phase', phase: 'stable', message: 'the fleet is calm' }));
      } else if (!context.signal.aborted) warnOfUnrest(context);
    }
    const endCloudMs = runClock.elapsedCloudMs();
    await watch?.stop();
    const lastSeen = watch?.lastSeen() ?? null;
    const price = endpoint && (await priceFor(endpoint, context));
    const result = endpoint
      ? withScaling(load.result, directory.timeline(), { endpoint, endCloudMs, price, lastSeen })
      : load.result;
    const written = directory.writeResult(result);
    directory.writeReport(request.renderReport(written, directory.timeline()));
    if (load.failure) warnOf(load.failure, context);
    outcome = {
      exitCode: exitCodeOf(load, result, directory.complete()),
      result: written,
      runDirectory: directory.path,
      reportPath: directory.complete() ? directory.reportPath : null,
    };
    nothingToLoad = load.interrupted ? null : load.nothingToLoad;
  } catch (error) {
    directory.discard();
    throw error;
  } finally {
    await watch?.stop();
  }
  if (nothingToLoad !== null) throw cannotBeLoaded(plan.destination, nothingToLoad, outcome.runDirectory);
  return outcome;
}

/** The service is not there, or not for us: the run has ended early, and what it measured is no result to show. */
function cannotBeLoaded(destination: Destination, why: string, runDirectory: string): MlbenchError {
  const name = destination.kind === 'runtime' ? `the endpoint ${destination.endpointName}` : destination.url;
  return cloudError(
    'nothing-to-load',
    `there is nothing to load at ${name}: ${why}`,
    `mend what they say, or insist with --keep-going; what was measured is kept in ${runDirectory}`,
  );
}

type ChargedPrice = InstancePrice & { charged: boolean };

function withScaling(
  result: RunResult,
  timeline: readonly TimelineEvent[],
  {
    endpoint,
    endCloudMs,
    price,
    lastSeen,
  }: { endpoint: ServiceEndpoint; endCloudMs: number; price: ChargedPrice | null; lastSeen: LastSeen | null },
): RunResult {
  const { endpointName, standIn } = endpoint;
  const timeScale = standIn?.options.timeScale ?? 1;
  const capacityEmulated = standIn !== null && standIn.options.capacity.serviceTimeMs !== null;
  const scaling = summariseScaling(
    timeline,
    { capacityEmulated, timeScale },
    promisedP99Us(result.thresholds),
  );
  return {
    ...result,
    target: { ...result.target, endpointName },
    scaling: scaling === undefined ? {} : { ...scaling, ...(lastSeen === null ? {} : { lastSeen }) },
    costUsd: price
      ? costOf(
          timeline,
          // Nobody knows what it was afterwards.
          Math.min(endCloudMs, lastSeen?.cloudTimeMs ?? endCloudMs),
          { ...price, source: priceSource(price) },
          { charged: price.charged, timeScale },
        )
      : result.costUsd,
  };
}

/**
 * Asked once the load has ended, so that the asking disturbs no measurement; an interrupted run takes the table.
 * @returns null for an endpoint of somebody else's: nobody told us its instance type
 */
async function priceFor(
  { settings, standIn }: ServiceEndpoint,
  context: CommandContext,
): Promise<ChargedPrice | null> {
  if (!settings || settings.broughtVariant !== null) return null;
  const { instanceType } = settings;
  const clients = clientsOf(context, standIn, 1);
  try {
    const price = await findInstancePrice(instanceType, clients, context.clock);
    return { ...price, charged: clients.traits.charges };
  } finally {
    clients.close();
  }
}

function warnOfUnrest(context: CommandContext): void {
  context.emit({
    type: 'notice',
    level: 'warning',
    message: 'the fleet was not seen to come to rest; the report ends where the watching did',
    remedy: 'mlbench status says how it is now',
  });
}

function warnOf({ message, remedy }: MlbenchError, context: CommandContext): void {
  context.emit({ type: 'notice', level: 'warning', message, remedy });
}

function exitCodeOf({ interrupted, failure }: LoadRun, result: RunResult, complete: boolean) {
  return strongestExitCode([
    interrupted ? exitCodes.interrupted : exitCodes.ok,
    failure ? failure.exitCode : exitCodes.ok,
    result.requests.succeeded === 0 || !complete ? exitCodes.failed : exitCodes.ok,
    result.validity.verdict === 'INVALID' ? exitCodes.invalidMeasurement : exitCodes.ok,
    result.thresholds.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.thresholdMissed,
  ]);
}
