import type { CloudClients } from '../../resources/sdk/clients.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../../resources/sdk/live-price.ts';
import type { CommandContext } from '../context/context.ts';
import type { UpSettings } from '../settings/up-settings.ts';
import { firstInstances, mostInstances } from '../settings/up-settings.ts';

/** What an experiment's instances cost an hour. */
export interface PlanCost {
  instanceType: string;
  /** Those of a new endpoint; one that is up has what autoscaling chose. */
  instances: number;
  maxInstances: number;
  /** One instance. Null, as the next two: nobody knows the price. */
  perInstanceHour: number | null;
  perHour: number | null;
  perHourAtMax: number | null;
  source: InstancePrice['source'];
  /** In words: what is charged, and whose price that is. */
  note: string;
}

/**
 * @param clients null: the stand-in, where nobody is asked
 * @returns null for an endpoint of somebody else's: its instances are not the experiment's
 */
export async function planCost(
  settings: UpSettings,
  clients: CloudClients | null,
  { clock, region }: Pick<CommandContext, 'clock' | 'region'>,
): Promise<PlanCost | null> {
  if (settings.broughtVariant !== null) return null;
  const price = await findInstancePrice(settings.instanceType, clients, clock);
  const counts = { instances: firstInstances(settings), maxInstances: mostInstances(settings) };
  return costAt(price, counts, clients === null ? null : region);
}

/** @param region where it is charged; null: nowhere, on the stand-in */
export function costAt(
  price: InstancePrice,
  { instances, maxInstances }: { instances: number; maxInstances: number },
  region: string | null,
): PlanCost {
  const { instanceType, hourlyUsd, source } = price;
  const times = (count: number) => (hourlyUsd === null ? null : Number((hourlyUsd * count).toPrecision(6)));
  return {
    instanceType,
    instances,
    maxInstances,
    perInstanceHour: hourlyUsd,
    perHour: times(instances),
    perHourAtMax: times(maxInstances),
    source,
    note: noteOn(price, region),
  };
}

function noteOn(price: InstancePrice, region: string | null): string {
  const { instanceType, hourlyUsd, source, asOf } = price;
  if (hourlyUsd === null) return `No price of ${instanceType} is known, not in the table of ${asOf} either.`;
  const from = priceSource(price);
  if (region === null)
    return `Nothing is charged: the stand-in is free. AWS would charge this for the instances alone (${from}).`;
  const extra = 'requests to the API, storage and logs come on top';
  if (source === 'pricing-api') return `For the instances alone (${from}); ${extra}.`;
  const elsewhere = region === price.region ? '' : `; ${region} may cost up to half as much again`;
  return `For the instances alone (${from}, as the Pricing API did not say${elsewhere}); ${extra}.`;
}
