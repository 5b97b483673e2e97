import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import { exitCodes } from '../core/exit-codes.ts';
import { findStandIn, type StandIn } from '../localcloud/process.ts';
import { type LedgerExperiment, openLedger } from '../resources/engine/ledger.ts';
import { variantResourceId, variantScaling } from '../resources/kinds/scalable-target.ts';
import type { CloudClients } from '../resources/sdk/clients.ts';
import { isCloudError } from '../resources/sdk/cloud-errors.ts';
import { autoscalingOutcome } from './autoscaling-outcome.ts';
import type { CommandContext } from './context.ts';
import { describeCapacity } from './emulated-capacity.ts';
import { clientsOf } from './engine-context.ts';
import { readExperiment, resolveAccount } from './experiments.ts';
import { expiryOf } from './expiry.ts';
import { findApiUrl } from './local-processes.ts';
import type { StatusOutcome } from './outcomes.ts';
import { isEndpoint } from './service-endpoint.ts';
import { readUpSettings } from './up-settings.ts';

/** What is on record, and what the cloud says of it now. Changes nothing. */
export async function status(context: CommandContext): Promise<StatusOutcome> {
  const experiment = readExperiment(context);
  const onAws = context.target === 'aws';
  const standIn = onAws ? undefined : await findStandIn(context.stateDir);
  const settings = experiment && readUpSettings(experiment.options, openLedger(context.stateDir).path);
  const endpointName = experiment?.resources.find(({ kind }) => isEndpoint(kind))?.name ?? null;
  const reachable = onAws || standIn?.healthy === true;
  const seen =
    endpointName !== null && reachable
      ? await observe(context, endpointName, settings?.broughtVariant ?? null, standIn ?? null)
      : nothingSeen;
  if (experiment?.resources.length && !reachable) warnOfDeadStandIn(context, standIn);
  return {
    exitCode: exitCodes.ok,
    experiment: context.experiment,
    target: context.target,
    up: seen.endpointStatus !== null,
    endpointName,
    ...seen,
    variants: seen.variants.map((variant) => ({
      ...variant,
      instanceType: variant.instanceType || (settings?.instanceType ?? ''),
    })),
    apiUrl: experiment ? await findApiUrl(context, experiment) : null,
    standIn: standIn
      ? {
          url: standIn.url,
          pid: standIn.pid,
          timeScale: standIn.options.timeScale,
          healthy: standIn.healthy,
        }
      : null,
    emulatedCapacity:
      standIn && settings ? describeCapacity(standIn.options.capacity, settings.instanceType) : null,
    expiry: expiryOf(settings ?? null, context.clock.nowMs()),
    resources: recordsOf(experiment),
    runs: runsIn(context.stateDir),
  };
}

type Seen = Pick<StatusOutcome, 'endpointStatus' | 'variants' | 'autoscaling' | 'alarms'>;

const nothingSeen: Seen = { endpointStatus: null, variants: [], autoscaling: null, alarms: [] };

async function observe(
  context: CommandContext,
  endpointName: string,
  broughtVariant: string | null,
  standIn: StandIn | null,
): Promise<Seen> {
  const clients = clientsOf(context, standIn);
  try {
    if (standIn === null) await resolveAccount(context, clients);
    const endpoint = await describeEndpoint(clients, endpointName);
    if (!endpoint) return nothingSeen;
    const variantName = broughtVariant ?? endpoint.ProductionVariants?.[0]?.VariantName ?? '';
    const resourceId = variantResourceId(endpointName, variantName);
    const [instanceTypes, scaling] = await Promise.all([
      instanceTypesOf(clients, endpoint.EndpointConfigName ?? ''),
      scalingOf(clients, resourceId),
    ]);
    return {
      endpointStatus: endpoint.EndpointStatus ?? 'Unknown',
      variants: (endpoint.ProductionVariants ?? []).map((variant) => ({
        name: variant.VariantName ?? '',
        instanceType: instanceTypes.get(variant.VariantName ?? '') ?? '',
        current: variant.CurrentInstanceCount ?? 0,
        desired: variant.DesiredInstanceCount ?? 0,
        weight: variant.CurrentWeight ?? 0,
      })),
      ...scaling,
    };
  } finally {
    clients.close();
  }
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
): Promise<Pick<Seen, 'autoscaling' | 'alarms'>> {
  const { DescribeScalableTargetsCommand, DescribeScalingPoliciesCommand } = await import(
    '@aws-sdk/client-application-auto-scaling'
  );
  const autoscaling = await clients.autoscaling();
  const [{ ScalableTargets }, { ScalingPolicies }] = await Promise.all([
    autoscaling.send(new DescribeScalableTargetsCommand({ ...variantScaling, ResourceIds: [resourceId] })),
    autoscaling.send(new DescribeScalingPoliciesCommand({ ...variantScaling, ResourceId: resourceId })),
  ]);
  const [target] = ScalableTargets ?? [];
  if (!target) return { autoscaling: null, alarms: [] };
  const policies = (ScalingPolicies ?? []).map((policy) => ({
    name: policy.PolicyName ?? '',
    policyType: policy.PolicyType ?? '',
    configuration:
      policy.TargetTrackingScalingPolicyConfiguration ?? policy.StepScalingPolicyConfiguration ?? {},
  }));
  const { MinCapacity: minCapacity = 0, MaxCapacity: maxCapacity = 0 } = target;
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

async function alarmsOf(clients: CloudClients, names: readonly string[]): Promise<StatusOutcome['alarms']> {
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

function warnOfDeadStandIn(context: CommandContext, standIn: StandIn | undefined): void {
  context.emit({
    type: 'notice',
    level: 'warning',
    message: standIn
      ? `the stand-in (pid ${standIn.pid}) does not answer`
      : 'the stand-in does not run any more: what the experiment had in it died with it',
    remedy: 'mlbench up starts it anew, mlbench down clears up',
  });
}

function recordsOf(experiment: LedgerExperiment | undefined): StatusOutcome['resources'] {
  return (experiment?.resources ?? []).map(({ kind, name, state }) => ({ kind, name, state }));
}

/** Newest first. */
function runsIn(stateDir: string): string[] {
  try {
    return readdirSync(join(stateDir, 'runs')).sort().reverse();
  } catch {
    return [];
  }
}
