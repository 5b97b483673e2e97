import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import { describedPolicy } from '../../catalog/policy-configuration.ts';
import { variantResourceId, variantScaling } from '../../resources/kinds/scalable-target/scalable-target.ts';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { isCloudError } from '../../resources/sdk/cloud-errors.ts';
import type { StatusOutcome } from '../contract/outcomes.ts';
import { autoscalingOutcome } from '../stack/autoscaling-outcome.ts';

/** What the cloud says of an endpoint, its scaling and its alarms. */
export type ServiceStatus = Pick<StatusOutcome, 'endpointStatus' | 'variants' | 'autoscaling' | 'alarms'>;

export const nothingSeen: ServiceStatus = {
  endpointStatus: null,
  variants: [],
  autoscaling: null,
  alarms: [],
};

/** @param broughtVariant the one that is scaled, of an endpoint of somebody else's; null: the endpoint's first */
export async function describeService(
  clients: CloudClients,
  endpointName: string,
  broughtVariant: string | null,
): Promise<ServiceStatus> {
  const endpoint = await describeEndpoint(clients, endpointName);
  if (!endpoint) return nothingSeen;
  const { ProductionVariants: variants = [] } = endpoint;
  const variantName = broughtVariant ?? variants[0]?.VariantName ?? '';
  const [instanceTypes, scaling] = await Promise.all([
    instanceTypesOf(clients, endpoint.EndpointConfigName ?? ''),
    scalingOf(clients, variantResourceId(endpointName, variantName)),
  ]);
  return {
    endpointStatus: endpoint.EndpointStatus ?? 'Unknown',
    variants: variants.map((variant) => ({
      name: variant.VariantName ?? '',
      instanceType: instanceTypes.get(variant.VariantName ?? '') ?? '',
      current: variant.CurrentInstanceCount ?? 0,
      desired: variant.DesiredInstanceCount ?? 0,
      weight: variant.CurrentWeight ?? 0,
    })),
    ...scaling,
  };
}

async function describeEndpoint(
  clients: CloudClients,
  name: string,
): Promise<DescribeEndpointCommandOutput | undefined> {
  const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  try {
    return await (await clients.sagemaker()).send(new DescribeEndpointCommand({ EndpointName: name }));
  } catch (error) {
    if (isCloudError(error, 'ValidationException', /could not find endpoint/i)) return undefined;
    throw error;
  }
}

async function instanceTypesOf(clients: CloudClients, configName: string): Promise<Map<string, string>> {
  const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await clients.sagemaker();
  try {
    const config = await sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: configName }),
    );
    return new Map(
      config.ProductionVariants?.map((variant) => [variant.VariantName ?? '', variant.InstanceType ?? '']),
    );
  } catch {
    // SageMaker lets a configuration be deleted under its endpoint: then nobody knows.
    return new Map();
  }
}

async function scalingOf(
  clients: CloudClients,
  resourceId: string,
): Promise<Pick<ServiceStatus, 'autoscaling' | 'alarms'>> {
  const { DescribeScalableTargetsCommand, DescribeScalingPoliciesCommand } = await import(
    '@aws-sdk/client-application-auto-scaling'
  );
  const autoscaling = await clients.autoscaling();
  const [{ ScalableTargets }, { ScalingPolicies }] = await Promise.all([
    autoscaling.send(new DescribeScalableTargetsCommand({ ...variantScaling, ResourceIds: [resourceId] })),
    autoscaling.send(new DescribeScalingPoliciesCommand({ ...variantScaling, ResourceId: resourceId })),
  ]);
  const [scalable] = ScalableTargets ?? [];
  if (!scalable) return { autoscaling: null, alarms: [] };
  const policies = (ScalingPolicies ?? []).map((policy) => ({
    name: policy.PolicyName ?? '',
    ...describedPolicy(policy),
  }));
  const { MinCapacity: minCapacity = 0, MaxCapacity: maxCapacity = 0 } = scalable;
  const alarmNames = (ScalingPolicies ?? []).flatMap(({ Alarms }) =>
    (Alarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
  );
  return {
    autoscaling: autoscalingOutcome({ minCapacity, maxCapacity }, policies),
    alarms: await alarmsOf(clients, alarmNames),
  };
}

/** DescribeAlarms takes this many names. */
const maxAlarmNames = 100;

async function alarmsOf(clients: CloudClients, names: readonly string[]): Promise<ServiceStatus['alarms']> {
  if (names.length === 0) return [];
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const cloudwatch = await clients.cloudwatch();
  const { MetricAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: names.slice(0, maxAlarmNames), MaxRecords: maxAlarmNames }),
  );
  return (MetricAlarms ?? []).map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
  }));
}
