import { createRandom } from '../core/random.ts';
import { clientsOf } from '../experiment/cloud.ts';
import type { CommandContext } from '../experiment/context.ts';
import type { ServiceEndpoint } from '../experiment/endpoints/service-endpoint.ts';
import { createCloudScalingSource } from '../observe/cloud-scaling-source.ts';
import { findHeaviestVariant } from '../observe/heaviest-variant.ts';
import type { VariantObservation } from '../observe/observation.ts';
import { type ObserveEnd, observeScaling } from '../observe/observe-scaling.ts';
import { pollingCostText } from '../observe/polling-cost.ts';
import { namesFor } from '../resources/names.ts';
import type { TimelineEvent } from '../scaling/timeline.ts';
import { createRunClock, type RunClock } from './run-clock.ts';

/** Watches an endpoint's fleet while a run goes on. All that goes wrong here is told and never ends the run. */
export interface FleetWatch {
  readonly runClock: RunClock;
  /** Begins to watch; the run clock has been started. */
  start(emit: (event: TimelineEvent) => void): void;
  /** Goes on until the fleet is calm, the limit has passed, or `signal` aborts. */
  untilStable(limitCloudMs: number, signal: AbortSignal): Promise<ObserveEnd>;
  stop(): Promise<void>;
}

export async function openFleetWatch(
  endpoint: ServiceEndpoint,
  context: CommandContext,
): Promise<FleetWatch> {
  const ending = new AbortController();
  const clients = clientsOf({ ...context, signal: ending.signal }, endpoint.standIn);
  const { cloudClock } = clients;
  const { variant } = namesFor(context.experiment);
  const variantName = endpoint.settings
    ? (endpoint.settings.broughtVariant ?? variant)
    : ((await findHeaviestVariant(clients, endpoint.endpointName).catch(() => undefined)) ?? variant);
  const source = createCloudScalingSource(clients, endpoint.endpointName, variantName);
  const trouble = (error: unknown) =>
    context.emit({
      type: 'notice',
      level: 'warning',
      message: `the fleet could not be watched: ${error instanceof Error ? error.message : String(error)}`,
    });
  // Asked before anything is dated: the answer sets the cloud's clock.
  const before = await source.describeVariant().catch((error: unknown) => {
    trouble(error);
    return null;
  });
  const runClock = createRunClock(cloudClock);
  let loadEnded = false;
  let observing: Promise<ObserveEnd> = Promise.resolve('aborted');
  return {
    runClock,
    start(emit) {
      if (clients.traits.charges) context.emit({ type: 'notice', level: 'info', message: pollingCostText() });
      // The run's second line, at its very start; the observer's first look says the same a little later.
      if (before) emit(runClock.event({ type: 'capacity', ...before }, 0));
      let first = before !== null;
      const emitNews = (event: TimelineEvent) => {
        const known = first && event.type === 'capacity' && isSame(event, before);
        if (event.type === 'capacity') first = false;
        if (!known) emit(event);
      };
      observing = observeScaling({
        source,
        clock: context.clock,
        cloudClock,
        random: createRandom(1),
        originCloudMs: runClock.originCloudMs(),
        emit: emitNews,
        onTrouble: trouble,
        signal: ending.signal,
        // Asked again at every look: calm ends it only once no more load comes.
        get untilStable() {
          return loadEnded;
        },
      }).catch((error: unknown) => {
        trouble(error);
        return 'unreachable' as const;
      });
    },
    async untilStable(limitCloudMs, signal) {
      loadEnded = true;
      const end = () => ending.abort();
      const limit = context.clock.after(limitCloudMs / cloudClock.timeScale, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      const endedBy = await observing;
      limit.cancel();
      signal.removeEventListener('abort', end);
      return endedBy;
    },
    async stop() {
      ending.abort();
      await observing;
      clients.close();
    },
  };
}

function isSame(event: VariantObservation, before: VariantObservation | null): boolean {
  return (
    event.current === before?.current &&
    event.desired === before.desired &&
    event.endpointStatus === before.endpointStatus
  );
}
