import { withShortAlarmNames } from '../../catalog/own-alarms.ts';
import { outlookOf } from '../../observe/explain/outlook.ts';
import { createFleetSight } from '../../observe/fleet-sight.ts';
import type { Observation, VariantObservation } from '../../observe/observation/observation.ts';
import type { ObserveEnd } from '../../observe/observe-scaling.ts';
import { lastSeenWords } from '../../record/fleet/last-seen.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import type { CommandContext } from '../context/context.ts';
import type { ServiceEndpoint } from '../endpoints/service-endpoint.ts';
import { openFleet } from '../endpoints/watched-fleet.ts';
import { createRunClock, type RunClock } from './run-clock.ts';

/** Watches an endpoint's fleet while a run goes on. All that goes wrong here is told and never ends the run. */
export interface FleetWatch {
  readonly runClock: RunClock;
  /** Begins to watch; the run clock has been started. */
  start(emit: (event: TimelineEvent) => void): void;
  /** Goes on until the fleet is calm, the limit has passed, or `signal` aborts. */
  untilStable(limitCloudMs: number, signal: AbortSignal): Promise<ObserveEnd>;
  stop(): Promise<void>;
  /** What it was when it was last seen; null: it still is seen. */
  lastSeen(): LastSeen | null;
}

export async function openFleetWatch(
  endpoint: ServiceEndpoint,
  context: CommandContext,
  tellOutlook: (words: readonly string[]) => void,
): Promise<FleetWatch> {
  const ending = new AbortController();
  const fleet = await openFleet(endpoint, context, ending.signal);
  const { before, cloudClock } = fleet;
  const runClock = createRunClock(cloudClock);
  const sight = createFleetSight(runClock.originCloudMs, (lastSeen) =>
    context.emit({ type: 'fleet-sight', lastSeen }),
  );
  if (before) sight.looked({ atMs: cloudClock.nowMs(), variant: before }, context.clock.nowMs());
  let loadEnded = false;
  let observing: Promise<ObserveEnd> = Promise.resolve('aborted');
  return {
    runClock,
    lastSeen: sight.lastSeen,
    start(emit) {
      fleet.tellCost();
      // The run's second line, at its very start; the observer's first look says the same a little later.
      if (before) emit(runClock.event({ type: 'capacity', ...before }, 0));
      observing = fleet.observe({
        originCloudMs: runClock.originCloudMs(),
        emit: before ? withoutRepetition(before, emit) : emit,
        looked(observation) {
          sight.looked(observation, context.clock.nowMs());
          tellOutlook(observation.variant === null ? [] : outlookWords(observation));
          if (observation.variant !== null) return;
          const last = sight.lastSeen();
          const seen = last === null ? '' : `; ${lastSeenWords(last)}`;
          emit(runClock.event({ type: 'phase', phase: 'down', message: `the endpoint is gone${seen}` }));
        },
        missed: sight.missed,
        // Calm ends it only once no more load comes.
        endsWhenCalm: () => loadEnded,
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
      fleet.close();
    },
  };
}

function outlookWords(observation: Observation): string[] {
  const { alarms, lines } = outlookOf(observation);
  return [...[...alarms].map(([name, words]) => `${name}: ${words}`), ...lines.map(({ text }) => text)].map(
    withShortAlarmNames,
  );
}

/** Leaves out the first capacity where it says what is known. */
function withoutRepetition(
  known: VariantObservation,
  emit: (event: TimelineEvent) => void,
): (event: TimelineEvent) => void {
  let first = true;
  return (event) => {
    const repeats = first && event.type === 'capacity' && isSame(event, known);
    if (event.type === 'capacity') first = false;
    if (!repeats) emit(event);
  };
}

function isSame(event: VariantObservation, before: VariantObservation): boolean {
  return (
    event.current === before.current &&
    event.desired === before.desired &&
    event.endpointStatus === before.endpointStatus
  );
}
