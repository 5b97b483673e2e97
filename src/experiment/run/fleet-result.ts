import { countLateBy } from '../../record/count-late.ts';
import { costOf } from '../../record/fleet/cost.ts';
import { summariseScaling } from '../../record/fleet/scaling-summary.ts';
import { expectedP99Us } from '../../record/judgement/expected-limit.ts';
import { readIntervalLog } from '../../record/read-interval-log.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { LastSeen } from '../../record/schemas/scaling-schema.ts';
import type { RunFolder } from '../../record/writer/run-folder.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../../resources/sdk/live-price.ts';
import { clientsOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import type { ServiceEndpoint } from '../endpoints/service-endpoint.ts';

type ChargedPrice = InstancePrice & { charged: boolean };

/** The result with what only the fleet's timeline says: its scaling and its cost. */
export function withFleet(
  result: RunResult,
  folder: Pick<RunFolder, 'timeline' | 'intervalLog'>,
  {
    endpoint,
    endCloudMs,
    price,
    lastSeen,
  }: { endpoint: ServiceEndpoint; endCloudMs: number; price: ChargedPrice | null; lastSeen: LastSeen | null },
): RunResult {
  const { endpointName, cloud } = endpoint;
  const { timeScale } = cloud;
  const timeline = folder.timeline();
  const log = folder.intervalLog();
  const countLate = log && countLateBy(readIntervalLog(log), timeScale);
  const scaling = summariseScaling(timeline, cloud, expectedP99Us(result.thresholds), countLate);
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
export async function priceOfFleet(
  { settings, cloud }: ServiceEndpoint,
  context: CommandContext,
): Promise<ChargedPrice | null> {
  if (!settings || settings.broughtVariant !== null) return null;
  const { instanceType } = settings;
  const clients = clientsOf(context, cloud, 1);
  try {
    const price = await findInstancePrice(instanceType, clients, context.clock);
    return { ...price, charged: clients.traits.charges };
  } finally {
    clients.close();
  }
}
