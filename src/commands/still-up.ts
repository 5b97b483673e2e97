import { formatUsd } from '../core/units.ts';
import type { CloudClients } from '../resources/clients.ts';
import { endpointKind } from '../resources/endpoint.ts';
import type { LedgerResource } from '../resources/ledger.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../resources/live-price.ts';
import type { CommandContext } from './context.ts';
import { readExperiment } from './experiments.ts';
import { command } from './service-endpoint.ts';
import { firstInstances } from './stack-spec.ts';
import type { UpSettings } from './up-settings.ts';

/** After an `up` on AWS that failed: what is there all the same, what it costs an hour, and how it goes. */
export async function tellWhatExists(
  settings: UpSettings,
  clients: CloudClients,
  context: CommandContext,
): Promise<void> {
  const resources = readExperiment(context)?.resources ?? [];
  if (resources.length === 0) return;
  const endpoint = resources.find(isEndpoint);
  const instanceType = String(endpoint?.applied?.['instanceType'] ?? settings.instanceType);
  const price = endpoint ? await findInstancePrice(instanceType, clients, context.clock) : null;
  context.emit({
    type: 'notice',
    level: 'warning',
    message: whatExists(resources, firstInstances(settings), price),
    remedy: `${command(context, 'down')} removes what is there; ${command(context, 'up')} goes on from it`,
  });
}

/**
 * `2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API); 5 other resources are on record`.
 * @param instances of an endpoint that was begun and of which nobody knows how far it came
 * @param price null: no endpoint is on record
 */
export function whatExists(
  resources: readonly LedgerResource[],
  instances: number,
  price: InstancePrice | null,
): string {
  const endpoint = resources.find(isEndpoint);
  const others = resources.length - (endpoint ? 1 : 0);
  const rest = (more: string) =>
    `${others} ${more}${others === 1 ? 'resource is' : 'resources are'} on record`;
  if (!endpoint || !price) return `${rest('')}; no instance is up`;
  const count =
    typeof endpoint.applied?.['instances'] === 'number' ? endpoint.applied['instances'] : instances;
  const type = price.instanceType;
  const fleet = `${count} ${count === 1 ? 'instance' : 'instances'} of ${type}`;
  const being = endpoint.state === 'present' ? (count === 1 ? 'is' : 'are') : 'may be';
  const cost =
    price.hourlyUsd === null
      ? `the price of ${type} is not known`
      : `${formatUsd(count * price.hourlyUsd)} an hour (${priceSource(price)})`;
  return `${fleet} ${being} up: ${cost}${others === 0 ? '' : `; ${rest('other ')}`}`;
}

function isEndpoint({ kind }: LedgerResource): boolean {
  return kind === endpointKind.kind;
}
