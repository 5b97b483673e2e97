import { ownCommand } from '../../core/options/own-command.ts';
import { formatUsd } from '../../core/units.ts';
import { withinTime } from '../../core/within-time.ts';
import { scopeOf } from '../../resources/engine/engine.ts';
import type { LedgerResource } from '../../resources/engine/ledger.ts';
import { endpointKind } from '../../resources/kinds/endpoint/endpoint.ts';
import { describeEndpoint, type EndpointState } from '../../resources/kinds/endpoint/endpoint-state.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { findInstancePrice, type InstancePrice, priceSource } from '../../resources/sdk/live-price.ts';
import { resourceEngineOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import { readExperiment } from '../settings/experiments.ts';
import type { UpSettings } from '../settings/up-settings.ts';
import { firstInstances } from '../settings/up-settings.ts';

/** After an `up` on AWS that failed: what is there all the same, what it costs an hour, and how it goes. */
export async function tellWhatExists(
  settings: UpSettings,
  clients: CloudClients,
  context: CommandContext,
): Promise<void> {
  const resources = readExperiment(context)?.resources ?? [];
  if (resources.length === 0) return;
  context.emit({
    type: 'notice',
    level: 'warning',
    message: whatExists(resources, await findFleet(resources, settings, clients, context)),
    remedy: `${ownCommand('down', context)} removes what is there; ${ownCommand('up', context)} goes on from it`,
  });
}

/** What of the experiment costs by the hour. */
export interface Fleet {
  /** Those that AWS says there are, or those wanted, where it does not say. */
  instances: number;
  /** False: AWS did not say whether there is an endpoint. */
  certain: boolean;
  price: InstancePrice;
}

/** What a command that has failed is willing to wait for. */
const patienceMs = 10_000;

async function findFleet(
  resources: readonly LedgerResource[],
  settings: UpSettings,
  clients: CloudClients,
  context: CommandContext,
): Promise<Fleet | null> {
  const endpoint = resources.find(({ kind }) => kind === endpointKind.kind);
  if (!endpoint) return null;
  const { instanceType = settings.instanceType, instances, fewestInstances = 0 } = endpoint.applied ?? {};
  const first =
    instances === undefined ? firstInstances(settings) : Math.max(Number(instances), Number(fewestInstances));
  const scope = scopeOf(resourceEngineOf(context, clients), endpoint.kind, () => {});
  const look = async () => ({ state: await describeEndpoint(endpoint.name, scope) });
  const [seen, price] = await Promise.all([
    withinTime(look, patienceMs, context.clock),
    findInstancePrice(String(instanceType), clients, context.clock),
  ]);
  const known = seen && instancesOf(seen.state);
  return { instances: known ?? first, certain: known !== undefined, price };
}

/**
 * One that failed has none; one that is in no good state otherwise may well have (`UpdateRollbackFailed`: in service
 * with a mix of both configurations), so it counts what AWS lists; one that changes is charged for what it will have;
 * while it is being made AWS may list no variant yet
 * (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html), and nobody knows.
 */
export function instancesOf(state: EndpointState | undefined): number | undefined {
  if (!state || state.status === 'Failed') return 0;
  if (state.variants.length === 0) return undefined;
  return state.variants.reduce((sum, { current, desired }) => sum + Math.max(current, desired), 0);
}

/**
 * `2 instances of ml.m5.large are up: $0.230 an hour (us-east-1, AWS Pricing API); 5 resources are on record`.
 * @param fleet null: no endpoint is on record
 */
export function whatExists(resources: readonly LedgerResource[], fleet: Fleet | null): string {
  const count = resources.length;
  const recorded = `${count} ${count === 1 ? 'resource is' : 'resources are'} on record`;
  if (!fleet || fleet.instances === 0) return `no instance is up; ${recorded}`;
  const { instances, certain, price } = fleet;
  const { instanceType, hourlyUsd } = price;
  const being = certain ? (instances === 1 ? 'is' : 'are') : 'may be';
  const cost =
    hourlyUsd === null
      ? `the price of ${instanceType} is not known`
      : `${formatUsd(instances * hourlyUsd)} an hour (${priceSource(price)})`;
  return `${instances} ${instances === 1 ? 'instance' : 'instances'} of ${instanceType} ${being} up: ${cost}; ${recorded}`;
}
