import { sleep } from '../core/clock.ts';
import type { CloudClock } from '../core/cloud-time.ts';
import { cloudError, type MlbenchError, userError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import { clientsOf } from '../experiment/context/cloud.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { WatchOutcome } from '../experiment/contract/outcomes.ts';
import { findServiceEndpoint } from '../experiment/endpoints/service-endpoint.ts';
import type { Observation } from '../observe/observation/observation.ts';
import { type ObserveEnd, observeScaling } from '../observe/observe-scaling.ts';
import { pollingCostText } from '../observe/polling-cost.ts';
import { createCloudScalingSource } from '../observe/source/cloud-scaling-source.ts';
import type { WatchFacts } from '../observe/watch-state.ts';
import { namesFor } from '../resources/kinds/kind/names.ts';

export interface WatchOptions {
  /** Wall time. Default: no end of its own. */
  forMs?: number;
  /** Default: without a terminal and without `forMs`, `stable`. */
  until?: 'stable';
  /** Wall time: begin with what has happened since so long ago. Default: since `up`; in a pipe with `forMs`, only what is new. */
  sinceMs?: number;
}

const minuteMs = 60_000;

/** Long enough for a scale-in: 15 datapoints, their delay, and the change itself. */
const unattendedLimitMs = 30 * minuteMs;
const askedForLimitMs = 120 * minuteMs;

/**
 * Emits what has happened to the experiment's variant since `up`, then what happens, as timeline events.
 * @param onStart told once, before the first event
 * @param onLook told after each look at the cloud
 * @throws MlbenchError `not-up`, `stand-in-gone`, `endpoint-gone` (exit code 2), `cloud-unreachable` (3)
 */
export async function watchScaling(
  options: WatchOptions,
  context: CommandContext,
  onStart: (facts: WatchFacts) => void = () => {},
  onLook: (observation: Observation) => void = () => {},
): Promise<WatchOutcome> {
  const { clock, signal } = context;
  const { endpointName, cloud, settings } = await findServiceEndpoint(undefined, context);
  const variantName = settings?.broughtVariant ?? namesFor(context.experiment).variant;
  const clients = clientsOf(context, cloud);
  const ending = new AbortController();
  const timedOut = Symbol('the time is up');
  try {
    const source = createCloudScalingSource(clients, endpointName, variantName);
    const originCloudMs = await source.describeCreation();
    if (originCloudMs === null) throw endpointGone(endpointName, context);
    const { cloudClock } = clients;
    if (clients.traits.charges) context.emit({ type: 'notice', level: 'info', message: pollingCostText() });
    onStart({
      endpointName,
      variantName,
      originCloudMs,
      cloudClock,
      capacityEmulated: cloud.capacityEmulated,
    });
    const end = () => ending.abort(timedOut);
    if (options.forMs !== undefined) sleep(clock, options.forMs, ending.signal).then(end, () => {});
    const unattended = !context.interactive && options.forMs === undefined;
    let trouble: unknown;
    const endedBy = await observeScaling({
      source,
      clock,
      cloudClock,
      random: createRandom(randomSeed()),
      originCloudMs,
      ...beginningOf(options, context, cloudClock),
      emit: (event) => context.emit({ type: 'timeline', event }),
      onLook,
      onTrouble(error) {
        trouble = error;
        context.emit({ type: 'notice', level: 'warning', message: troubleText(error) });
      },
      signal: AbortSignal.any([signal, ending.signal]),
      untilStable: options.until === 'stable' || unattended,
      ...limitOf(options, unattended),
    });
    return outcomeOf(endedBy, ending.signal.reason === timedOut, options, context, trouble);
  } finally {
    ending.abort();
    clients.close();
  }
}

function endpointGone(endpointName: string, context: CommandContext): MlbenchError {
  return userError(
    'endpoint-gone',
    `the endpoint ${endpointName} is gone`,
    `run ${ownCommand('up', context)} to make it again`,
  );
}

/** Whoever reads a stretch of time from a pipe, in a loop perhaps, has read what was before it. */
function beginningOf(
  { sinceMs, forMs }: WatchOptions,
  { interactive }: CommandContext,
  cloudClock: CloudClock,
): { sinceCloudMs?: number } {
  if (sinceMs !== undefined) return { sinceCloudMs: cloudClock.nowMs() - sinceMs * cloudClock.timeScale };
  return forMs === undefined || interactive ? {} : { sinceCloudMs: cloudClock.nowMs() };
}

function limitOf(options: WatchOptions, unattended: boolean): { limitCloudMs?: number } {
  if (options.until === 'stable') return { limitCloudMs: askedForLimitMs };
  return unattended ? { limitCloudMs: unattendedLimitMs } : {};
}

function outcomeOf(
  end: ObserveEnd,
  timedOut: boolean,
  options: WatchOptions,
  { interactive }: CommandContext,
  trouble: unknown,
): WatchOutcome {
  switch (end) {
    case 'stable':
      return { exitCode: exitCodes.ok, endedBy: 'stable' };
    case 'endpoint-gone':
      return { exitCode: exitCodes.ok, endedBy: 'gone' };
    case 'limit':
      // Whoever asked for calm and did not get it must be able to tell.
      return { exitCode: options.until === 'stable' ? exitCodes.failed : exitCodes.ok, endedBy: 'limit' };
    case 'aborted':
      if (timedOut) return { exitCode: exitCodes.ok, endedBy: 'duration' };
      return { exitCode: interactive ? exitCodes.ok : exitCodes.interrupted, endedBy: 'interrupted' };
    case 'unreachable':
      throw cloudError(
        'cloud-unreachable',
        `the cloud does not answer any more: ${troubleText(trouble)}`,
        `\`${ownCommand('status')}\` shows what is up`,
        trouble,
      );
  }
}

function troubleText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
