import { userError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import { findHeaviestVariant } from '../../observe/source/heaviest-variant.ts';
import { type ResourceEngine, scopeOf } from '../../resources/engine/engine.ts';
import { broughtEndpointKind } from '../../resources/kinds/brought-endpoint.ts';
import { endpointKind } from '../../resources/kinds/endpoint/endpoint.ts';
import {
  scalableTargetKind,
  variantResourceId,
} from '../../resources/kinds/scalable-target/scalable-target.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { isCloudError } from '../../resources/sdk/cloud-errors.ts';
import { resourceEngineOf } from '../context/cloud.ts';
import type { CommandContext } from '../context/context.ts';
import type { UpOptions } from './up-options.ts';
import type { UpSettings } from './up-settings.ts';

/**
 * `--endpoint-name` of an endpoint that exists and does not belong to the experiment: from here on mlbench scales and
 * calls it, and never alters or deletes it.
 * @returns the settings, with the variant that most requests go to
 * @throws MlbenchError `brought-contradiction`: an option speaks of an endpoint of ours (exit code 2)
 */
export async function resolveBrought(
  settings: UpSettings,
  options: UpOptions,
  clients: CloudClients,
  context: CommandContext,
): Promise<UpSettings> {
  const engine = resourceEngineOf(context, clients);
  const { endpointName: name } = settings;
  if (settings.broughtVariant !== null) {
    await refuseOthersScaling(settings, engine);
    return refuseOptions(settings, options);
  }
  if (options.endpointName === undefined || engine.records.find(endpointKind.kind, name)) return settings;
  const found = await endpointKind.describe(
    { name },
    scopeOf(engine, broughtEndpointKind.kind, () => {}),
  );
  if (!found || found.owner === context.experiment) return settings;
  const variant = await findHeaviestVariant(clients, name);
  if (variant === undefined) {
    throw userError(
      'no-variant',
      `--endpoint-name ${name}: the endpoint exists and has no variant (${found.state.status})`,
      'wait until it is in service, or choose another name',
    );
  }
  const instanceType = await instanceTypeOf(found.state.configName, variant, clients);
  if (instanceType === undefined) {
    throw userError(
      'no-instances',
      `--endpoint-name ${name}: its variant "${variant}" runs on no instances that are known (serverless, or its configuration "${found.state.configName}" was deleted)`,
      'load and invoke take --endpoint-name without up',
    );
  }
  const brought = { ...settings, broughtVariant: variant, instanceType };
  await refuseOthersScaling(brought, engine);
  return refuseOptions(brought, options);
}

/** A variant is one scalable target: ours would take the place of theirs, and `down` would end their autoscaling. */
async function refuseOthersScaling(settings: UpSettings, engine: ResourceEngine): Promise<void> {
  const { endpointName, broughtVariant, autoscaling } = settings;
  if (autoscaling === null || broughtVariant === null) return;
  const name = variantResourceId(endpointName, broughtVariant);
  if (engine.records.find(scalableTargetKind.kind, name)) return;
  const found = await scalableTargetKind.describe(
    { name },
    scopeOf(engine, scalableTargetKind.kind, () => {}),
  );
  if (!found) return;
  const { minCapacity, maxCapacity } = found.state;
  throw userError(
    'scaled-by-others',
    `--endpoint-name ${endpointName}: the variant "${broughtVariant}" of the endpoint "${endpointName}" is scaled by somebody else already, from ${minCapacity} to ${maxCapacity} instances`,
    'pass --no-autoscaling, and theirs stays as it is; or have them take it off autoscaling first',
  );
}

/** For costs and checks; undefined where its configuration is gone, or it is serverless. */
async function instanceTypeOf(
  configName: string,
  variantName: string,
  clients: CloudClients,
): Promise<string | undefined> {
  const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await clients.sagemaker();
  try {
    const { ProductionVariants } = await sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: configName }),
    );
    return ProductionVariants?.find(({ VariantName }) => VariantName === variantName)?.InstanceType;
  } catch (error) {
    if (isCloudError(error, 'ValidationException')) return undefined;
    throw error;
  }
}

function refuseOptions(settings: UpSettings, options: UpOptions): UpSettings {
  const ofOurs = Object.entries({
    '--model': options.modelPath,
    '--model-data': options.modelDataUrl,
    '--image': options.image,
    '--role-arn': options.roleArn,
    '--instance-type': options.instanceType,
    '--instances': options.instances,
    '--ttl': typeof options.ttlMs === 'number' ? formatDurationMs(options.ttlMs) : undefined,
    '--max-cost-usd': options.maxCostUsd,
  }).find(([, value]) => value !== undefined);
  if (!ofOurs) return settings;
  throw userError(
    'brought-contradiction',
    `${ofOurs[0]} ${ofOurs[1]}: the endpoint "${settings.endpointName}" is not this experiment's, so it is neither altered nor deleted`,
    `leave out ${ofOurs[0]}, or choose another --endpoint-name for an endpoint of your own`,
  );
}
