import { isDeepStrictEqual } from 'node:util';
import type { MetricAlarm, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { isOwnAlarm } from '../../catalog/own-alarms.ts';
import type { Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { endpointKindName, namePrefix, namesTagged, nominee } from './kind/nominee.ts';
import { arnPattern, everything } from './kind/permission.ts';
import { ownerIn, tagsFor } from './kind/tags.ts';

/** An alarm as `PutMetricAlarm` takes it, but for what it does. */
export interface AlarmSpec {
  name: string;
  definition: Omit<
    PutMetricAlarmCommandInput,
    'AlarmName' | 'AlarmActions' | 'OKActions' | 'InsufficientDataActions' | 'ActionsEnabled' | 'Tags'
  >;
}

interface MetricAlarmSpec extends AlarmSpec {
  /** What it acts on. */
  policyArn: string;
}

interface MetricAlarmState {
  name: string;
  arn: string;
  standing: MetricAlarm;
}

/** An alarm that a policy acts on which makes none itself; the others are Application Auto Scaling's own. */
export const metricAlarmKind: CloudKind<MetricAlarmSpec, MetricAlarmState> = {
  kind: 'metric-alarm',
  identify: ({ name }) => ({ name }),
  differences: (spec, { standing }) => (agrees(standing, spec) ? [] : ['as its file says']),
  async describe({ name }, scope) {
    const found = await observe(name, scope);
    const arn = found?.AlarmArn;
    if (!found || arn === undefined) return undefined;
    return { state: { name, arn, standing: found }, owner: await ownerOf(arn, scope) };
  },
  async ensure(spec, scope) {
    const before = await observe(spec.name, scope);
    const arn = before?.AlarmArn;
    if (before && arn !== undefined && agrees(before, spec))
      return { outcome: 'unchanged', state: { name: spec.name, arn, standing: before } };
    const { PutMetricAlarmCommand } = await import('@aws-sdk/client-cloudwatch');
    await (await scope.clients.cloudwatch()).send(
      new PutMetricAlarmCommand({
        ...spec.definition,
        AlarmName: spec.name,
        AlarmActions: [spec.policyArn],
        // CloudWatch takes tags only as an alarm is made, and ignores them later.
        Tags: tagsFor(scope.experiment),
      }),
    );
    const made = await observe(spec.name, scope);
    return {
      outcome: before ? 'updated' : 'created',
      state: { name: spec.name, arn: made?.AlarmArn ?? '', standing: made ?? {} },
    };
  },
  async remove({ name }, scope) {
    const { DeleteAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
    await (await scope.clients.cloudwatch())
      .send(new DeleteAlarmsCommand({ AlarmNames: [name] }))
      .catch((error: unknown) => {
        if (!isCloudError(error, 'ResourceNotFound')) throw error;
      });
    return 'removed';
  },
  permissions: [
    {
      actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'],
      resources: everything,
    },
    {
      actions: ['cloudwatch:ListTagsForResource', 'cloudwatch:TagResource'],
      resources: [arnPattern('cloudwatch', 'alarm:*')],
    },
  ],
  /** By tag, by name, and those that act on a policy of an endpoint that is an orphan, whatever they are called. */
  async nominate(search) {
    const { paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
    const client = await search.clients.cloudwatch();
    const found = namesTagged(search, /:cloudwatch:.*:alarm:(.+)$/);
    const endpoints = search.confirmed.filter(({ kind }) => kind === endpointKindName);
    const isTheirs = (action: string) =>
      endpoints.some(({ name }) => action.includes(`:resource/sagemaker/endpoint/${name}/variant/`));
    const AlarmTypes: ['MetricAlarm'] = ['MetricAlarm'];
    for await (const { MetricAlarms } of paginateDescribeAlarms({ client }, { AlarmTypes }))
      for (const { AlarmName = '', AlarmActions = [], AlarmConfigurationUpdatedTimestamp } of MetricAlarms ??
        []) {
        // They go with their policy.
        if (isOwnAlarm(AlarmName)) continue;
        if (AlarmName.startsWith(namePrefix) || AlarmActions.some(isTheirs))
          found.push(...nominee(AlarmName, AlarmConfigurationUpdatedTimestamp));
      }
    return found;
  },
};

async function observe(name: string, scope: Scope): Promise<MetricAlarm | undefined> {
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const cloudwatch = await scope.clients.cloudwatch();
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return MetricAlarms?.find(({ AlarmName }) => AlarmName === name);
}

async function ownerOf(arn: string, scope: Scope): Promise<string | null> {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-cloudwatch');
  const cloudwatch = await scope.clients.cloudwatch();
  const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
  return ownerIn(Tags);
}

/** What is not asked for is not compared: CloudWatch fills in defaults of its own. */
function agrees(observed: MetricAlarm, { definition, policyArn }: MetricAlarmSpec): boolean {
  const wanted = Object.entries(definition).filter(([, value]) => value !== undefined);
  return (
    // As planned, a policy that is still to be made has a `*` in its ARN.
    (policyArn.includes('*') || isDeepStrictEqual(observed.AlarmActions, [policyArn])) &&
    wanted.every(([key, value]) =>
      isDeepStrictEqual(sorted(observed[key as keyof MetricAlarm]), sorted(value)),
    )
  );
}

/** Dimensions have no order. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value;
}
