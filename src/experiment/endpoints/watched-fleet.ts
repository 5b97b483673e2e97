import type { CloudClock } from '../../core/cloud-time.ts';
import { createRandom } from '../../core/random.ts';
import type { Observation, VariantObservation } from '../../observe/observation/observation.ts';
import { type ObserveEnd, observeScaling } from '../../observe/observe-scaling.ts';
import { pollingCostText } from '../../observe/polling-cost.ts';
import { createCloudScalingSource } from '../../observe/source/cloud-scaling-source.ts';
import { findHeaviestVariant } from '../../observe/source/heaviest-variant.ts';
import type { TimelineEvent } from '../../record/schemas/timeline.ts';
import { namesFor } from '../../resources/kinds/kind/names.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { clientsOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import type { ServiceEndpoint } from './service-endpoint.ts';

/** An endpoint's fleet that is watched beside other work. All that goes wrong is told and never thrown. */
export interface WatchedFleet {
  readonly cloudClock: CloudClock;
  /** The first look; null: there was no answer. */
  readonly before: VariantObservation | null;
  /** Says what watching costs, where it does. */
  tellCost(): void;
  observe(request: ObserveRequest): Promise<ObserveEnd>;
  close(): void;
}

interface ObserveRequest {
  /** `cloudTimeMs` of the events counts from here. */
  originCloudMs: number;
  emit(event: TimelineEvent): void;
  /** Told of each look, and when a streak of looks that fail begins. */
  looked(observation: Observation): void;
  missed(): void;
  /** Asked at every look: whether calm ends it. */
  endsWhenCalm(): boolean;
}

/** @param signal ends the observing */
export async function openFleet(
  endpoint: ServiceEndpoint,
  context: CommandContext,
  signal: AbortSignal,
): Promise<WatchedFleet> {
  const clients = clientsOf({ ...context, signal }, endpoint.cloud);
  const { cloudClock, traits } = clients;
  const variantName = await variantOf(endpoint, clients, context);
  const source = createCloudScalingSource(clients, endpoint.endpointName, variantName);
  const onTrouble = (error: unknown) =>
    context.emit({
      type: 'notice',
      level: 'warning',
      message: `the fleet could not be watched: ${error instanceof Error ? error.message : String(error)}`,
    });
  const tolerate =
    <Answer>(answer: Answer) =>
    (error: unknown) => {
      onTrouble(error);
      return answer;
    };
  return {
    cloudClock,
    // Asked before anything is dated: the answer sets the cloud's clock.
    before: await source.describeVariant().catch(tolerate(null)),
    tellCost() {
      if (traits.charges) context.emit({ type: 'notice', level: 'info', message: pollingCostText() });
    },
    observe: ({ originCloudMs, emit, looked, missed, endsWhenCalm }) =>
      observeScaling({
        source,
        clock: context.clock,
        cloudClock,
        random: createRandom(1),
        originCloudMs,
        emit,
        onLook: looked,
        onTrouble(error) {
          missed();
          onTrouble(error);
        },
        signal,
        get untilStable() {
          return endsWhenCalm();
        },
      }).catch(tolerate('unreachable' as const)),
    close: () => clients.close(),
  };
}

async function variantOf(
  { settings, endpointName }: ServiceEndpoint,
  clients: CloudClients,
  { experiment }: CommandContext,
): Promise<string> {
  const { variant } = namesFor(experiment);
  if (settings) return settings.broughtVariant ?? variant;
  return (await findHeaviestVariant(clients, endpointName).catch(() => undefined)) ?? variant;
}
