import { availableParallelism } from 'node:os';
import { cloudError, type MlbenchError } from '../../core/errors.ts';
import { exitCodes, strongestExitCode } from '../../core/exit-codes.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { redactText, redactUrl } from '../../core/redact.ts';
import type { Destination } from '../../load/plan/plan.ts';
import { workerCount } from '../../load/plan/schedule.ts';
import { requestName } from '../../load/request/request-name.ts';
import type { LoadSteering } from '../../load/run/controls.ts';
import { readLocalLimits, shortagesOf } from '../../load/run/local-limits.ts';
import type { RunObserver } from '../../load/run/run-events.ts';
import type { FollowedRun, RunFollower } from '../../load/run/run-follower.ts';
import { type LoadRun, runLoad } from '../../load/run/run-load.ts';
import { serviceVerdictOf } from '../../record/judgement/service-verdict.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import { newRunId, openRunFolder, type RunFolder } from '../../record/writer/run-folder.ts';
import type { CommandContext } from '../context/context.ts';
import type { LoadOutcome } from '../contract/outcomes.ts';
import type { ServiceEndpoint } from '../endpoints/service-endpoint.ts';
import type { PlannedLoad } from '../load/load-plan.ts';
import { recordedBody } from '../load/request-body.ts';
import { originText } from '../stack/sample-outcome.ts';
import { openExports } from './exports.ts';
import { priceOfFleet, withFleet } from './fleet-result.ts';
import { type FleetWatch, openFleetWatch } from './fleet-watch.ts';
import { createRunClock, type RunClock } from './run-clock.ts';
import { createRunRecorder } from './run-recorder.ts';

/** Who looks on while a load goes, beside the terminal. */
export interface Onlookers {
  /** Called as the run's folder is open: somebody who looks on, such as a live page. */
  follow?: ((run: FollowedRun) => RunFollower) | undefined;
  /** Lets somebody change the load while it runs. */
  steering?: LoadSteering | undefined;
}

export interface MeasureRequest extends Onlookers {
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
  planned: PlannedLoad,
  request: MeasureRequest,
  context: CommandContext,
): Promise<LoadOutcome> {
  const { load, outcome } = await runAndRecord(planned, request, context);
  if (load.nothingToLoad === null || load.interrupted) return outcome;
  throw cannotBeLoaded(planned.plan.destination, load.nothingToLoad, outcome.runDirectory);
}

/** The service is not there, or not for us: the run has ended early, and what it measured is no result to show. */
function cannotBeLoaded(destination: Destination, why: string, runDirectory: string): MlbenchError {
  const name =
    destination.kind === 'runtime' ? `the endpoint ${destination.endpointName}` : redactUrl(destination.url);
  return cloudError(
    'nothing-to-load',
    `there is nothing to load at ${name}: ${redactText(why)}`,
    `correct what the answers name, or insist with --keep-going; what was measured is kept in ${runDirectory}`,
  );
}

async function runAndRecord(
  planned: PlannedLoad,
  request: MeasureRequest,
  context: CommandContext,
): Promise<{ load: LoadRun; outcome: LoadOutcome }> {
  const { plan, contents, workers, credentials, secrets } = planned;
  tellSample(planned, context);
  const run = await openRun(planned, request, context);
  try {
    const measured = await runLoad(plan, {
      clock: context.clock,
      runId: run.runId,
      contents,
      secrets,
      signal: context.signal,
      observers: [context.emit, ...run.observers],
      ...(request.steering === undefined ? {} : { steering: request.steering }),
      workers,
      credentials,
      wire: context.wire,
    });
    const load = { ...measured, result: { ...measured.result, ...recordedBody(planned) } };
    // Written before anything else is waited for: whatever happens from here on, the measurement is safe.
    run.folder.writeHistogram(load.totals.latency.response.spectrum());
    run.folder.writeResult(load.result);
    const isOver = load.interrupted || load.nothingToLoad !== null;
    if (request.untilStable && !isOver) await watchUntilCalm(run, request, context);
    const outcome = await complete(run, load, planned.endpoint, request, context);
    run.follower?.ended({ reportPath: outcome.reportPath, failed: load.nothingToLoad });
    return { load, outcome };
  } catch (error) {
    run.folder.discard();
    run.follower?.ended({ reportPath: null, failed: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await run.watch?.stop();
    run.folder.close();
  }
}

/** What was not asked for is told. */
function tellSample({ sent: { bytes, sample } }: PlannedLoad, context: CommandContext): void {
  if (sample === null) return;
  const text = Buffer.from(bytes.subarray(0, 400)).toString('utf8').replace(/\s+/g, ' ').trim();
  const shown = text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
  const message = `each request carries ${shown}, ${originText(sample.from, sample.path)}`;
  context.emit({ type: 'notice', level: 'info', message });
}

const mostShown = 80;

/** What is open around a load while it runs. */
interface OpenRun {
  runId: string;
  folder: RunFolder;
  /** Null where no fleet of ours is behind the destination. */
  watch: FleetWatch | null;
  clock: RunClock;
  follower: RunFollower | null;
  /** Onto the timeline. */
  record(event: TimelineEvent): void;
  /** The run's own: its recorder, and the exports that were asked for. */
  observers: RunObserver[];
}

/** @throws MlbenchError; nothing is left open then */
async function openRun(
  { plan, options, endpoint, workers, contents }: PlannedLoad,
  { follow }: MeasureRequest,
  context: CommandContext,
): Promise<OpenRun> {
  const { clock: wallClock, stateDir } = context;
  const warn = (problem: MlbenchError) => warnOf(problem, context);
  const runId = newRunId(wallClock.nowMs());
  const threads = workerCount(workers, plan, availableParallelism());
  for (const shortage of shortagesOf(plan, threads, readLocalLimits())) warnOf(shortage, context);
  const exports = openExports(options, plan, warn);
  const folder = openRunFolder(stateDir, runId, options.outDir, warn);
  let follower: RunFollower | null = null;
  const emit: CommandContext['emit'] = (event) => {
    if (event.type === 'fleet-sight') follower?.sight(event.lastSeen);
    context.emit(event);
  };
  const watch =
    endpoint &&
    (await openFleetWatch(endpoint, { ...context, emit }, (words) => follower?.outlook(words)).catch(
      (error) => {
        folder.discard();
        throw error;
      },
    ));
  const clock = watch?.runClock ?? createRunClock({ nowMs: () => wallClock.nowMs(), timeScale: 1 });
  follower =
    follow?.({
      ...{ runId, plan, contents, workers: threads, timeScale: clock.timeScale, folder: folder.path },
      debugged: context.wire !== undefined,
      experiment: context.experiment,
      watched: watch !== null,
      request: requestName(plan.destination),
    }) ?? null;
  const record = (event: TimelineEvent) => {
    folder.append(event);
    follower?.record(event);
    if (event.type !== 'load') context.emit({ type: 'timeline', event });
  };
  const recorder = createRunRecorder({
    nowMs: () => wallClock.nowMs(),
    runClock: clock,
    record,
    recordInterval: folder.appendInterval,
    started() {
      folder.begin();
      watch?.start(record);
    },
  });
  const observers = [recorder, ...exports, ...(follower === null ? [] : [follower.observe])];
  return { runId, folder, watch, clock, follower, record, observers };
}

async function watchUntilCalm(
  { watch, clock, record, follower }: OpenRun,
  { onLoadEnded }: MeasureRequest,
  context: CommandContext,
): Promise<void> {
  if (watch === null) return;
  onLoadEnded?.();
  follower?.watching();
  const endedBy = await watch.untilStable(longestCalmingCloudMs, context.signal);
  if (endedBy === 'stable') {
    record(clock.event({ type: 'phase', phase: 'stable', message: 'the fleet is calm' }));
  } else if (!context.signal.aborted) warnOfUnrest(context);
}

/** The record's last files, and what is to be said of the run. */
async function complete(
  { folder, watch, clock }: OpenRun,
  load: LoadRun,
  endpoint: ServiceEndpoint | null,
  { renderReport }: MeasureRequest,
  context: CommandContext,
): Promise<LoadOutcome> {
  const endCloudMs = clock.elapsedCloudMs();
  await watch?.stop();
  const price = endpoint && (await priceOfFleet(endpoint, context));
  const lastSeen = watch?.lastSeen() ?? null;
  const result = endpoint
    ? withFleet(load.result, folder, { endpoint, endCloudMs, price, lastSeen })
    : load.result;
  const written = folder.writeResult(result);
  folder.writeReport(renderReport(written, folder.timeline()));
  if (load.failure) warnOf(load.failure, context);
  return {
    exitCode: exitCodeOf(load, result, folder.complete()),
    result: written,
    runDirectory: folder.path,
    reportPath: folder.complete() ? folder.reportPath : null,
  };
}

function warnOfUnrest(context: CommandContext): void {
  context.emit({
    type: 'notice',
    level: 'warning',
    message: 'the fleet was not seen to come to rest; the report ends where the watching did',
    remedy: `${ownCommand('status')} says how it is now`,
  });
}

function warnOf(
  { message, remedy }: Pick<MlbenchError, 'message' | 'remedy'>,
  context: CommandContext,
): void {
  context.emit({ type: 'notice', level: 'warning', message, remedy });
}

function exitCodeOf({ interrupted, failure }: LoadRun, result: RunResult, complete: boolean) {
  return strongestExitCode([
    interrupted ? exitCodes.interrupted : exitCodes.ok,
    failure ? failure.exitCode : exitCodes.ok,
    result.requests.succeeded === 0 || !complete ? exitCodes.failed : exitCodes.ok,
    result.validity.verdict === 'INVALID' ? exitCodes.invalidMeasurement : exitCodes.ok,
    serviceVerdictOf(result) === 'MISSED' ? exitCodes.expectationMissed : exitCodes.ok,
  ]);
}
