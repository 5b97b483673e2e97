import { waitOut } from '../consistency/wait.ts';
import { difference, type Observed, type Scope } from '../engine/resource.ts';
import { isCloudError } from '../sdk/cloud-errors.ts';
import type { Place } from '../sdk/place.ts';
import type { CloudKind } from './kind/cloud-kind.ts';
import { namePrefix, namesTagged, nominee } from './kind/nominee.ts';
import { arnPattern, everything } from './kind/permission.ts';
import { ownerInMap, tagMapFor } from './kind/tags.ts';

export interface LogGroupSpec {
  name: string;
  /** One of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, … */
  retentionDays: number;
}

export interface LogGroupState {
  name: string;
  /** Without the `:*` that CloudWatch appends for its streams. */
  arn: string;
  /** 0: kept for ever. */
  retentionDays: number;
}

/** SageMaker and Lambda dictate the names of theirs. */
const prefixes = {
  endpoint: '/aws/sagemaker/Endpoints/',
  function: '/aws/lambda/',
  /** With this prefix API Gateway's right to write there needs no policy of ours. */
  access: '/aws/vendedlogs/',
};

export const logGroupName = {
  ofEndpoint: (endpointName: string) => `${prefixes.endpoint}${endpointName}`,
  ofFunction: (functionName: string) => `${prefixes.function}${functionName}`,
  ofAccess: (apiName: string) => `${prefixes.access}${apiName}-access`,
};

/** Groups of ours, and their streams. */
export const logGroups = Object.values(prefixes)
  .map((prefix) => arnPattern('logs', `log-group:${prefix}mlbench*`))
  .flatMap((group) => [group, `${group}:*`]);

/**
 * Where an endpoint, a function or an API writes. Made before them: those that they would make themselves are kept for
 * ever and belong to nobody.
 */
export const logGroupKind: CloudKind<LogGroupSpec, LogGroupState> = {
  kind: 'log-group',
  identify: ({ name }) => ({ name }),
  foresee,
  differences: (spec, state) =>
    difference('days that logs are kept', state.retentionDays || 'all', spec.retentionDays),
  describe: ({ name }, scope) => observe(name, scope),
  async ensure(spec, scope) {
    const observed = await observe(spec.name, scope);
    if (observed && this.differences?.(spec, observed.state, undefined).length === 0) {
      return { outcome: 'unchanged', state: observed.state };
    }
    if (!observed) await create(spec.name, scope);
    const { PutRetentionPolicyCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const logs = await scope.clients.logs();
    const { name: logGroupName, retentionDays: retentionInDays } = spec;
    await patiently(() => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays })), scope);
    return {
      outcome: observed ? 'updated' : 'created',
      state: observed
        ? { ...observed.state, retentionDays: retentionInDays }
        : foresee(spec, await scope.clients.place()),
    };
  },
  async remove({ name }, scope) {
    const { DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const logs = await scope.clients.logs();
    await patiently(() => logs.send(new DeleteLogGroupCommand({ logGroupName: name })), scope).catch(
      (error: unknown) => {
        if (!isCloudError(error, 'ResourceNotFoundException')) throw error;
      },
    );
    return 'removed';
  },
  permissions: [
    {
      actions: [
        'logs:CreateLogGroup',
        'logs:TagResource',
        'logs:ListTagsForResource',
        'logs:PutRetentionPolicy',
        'logs:DeleteLogGroup',
      ],
      resources: logGroups,
    },
    { actions: ['logs:DescribeLogGroups'], resources: everything },
  ],
  async nominate(search) {
    const { paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
    const client = await search.clients.logs();
    const found = namesTagged(search, /:logs:.*:log-group:([^:]+)/);
    for (const prefix of Object.values(prefixes)) {
      const logGroupNamePrefix = `${prefix}${namePrefix}`;
      for await (const { logGroups: listed } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
        for (const { logGroupName, creationTime } of listed ?? [])
          found.push(
            ...nominee(logGroupName, creationTime === undefined ? undefined : new Date(creationTime)),
          );
    }
    return found;
  },
};

function foresee(spec: LogGroupSpec, { partition, region, accountId }: Place): LogGroupState {
  const { name, retentionDays } = spec;
  return { name, arn: `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`, retentionDays };
}

async function observe(name: string, scope: Scope): Promise<Observed<LogGroupState> | undefined> {
  const { ListTagsForResourceCommand, paginateDescribeLogGroups } = await import(
    '@aws-sdk/client-cloudwatch-logs'
  );
  const client = await scope.clients.logs();
  // There is no call for one group: `/aws/lambda/mlbench` is also the beginning of others' names.
  for await (const { logGroups } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name })) {
    const group = logGroups?.find((candidate) => candidate.logGroupName === name);
    if (!group) continue;
    const arn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '') ?? '';
    try {
      const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }));
      return { state: { name, arn, retentionDays: group.retentionInDays ?? 0 }, owner: ownerInMap(tags) };
    } catch (error) {
      // Removed between the two calls.
      if (isCloudError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }
  return undefined;
}

async function create(name: string, scope: Scope): Promise<void> {
  const { CreateLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = await scope.clients.logs();
  const command = new CreateLogGroupCommand({ logGroupName: name, tags: tagMapFor(scope.experiment) });
  try {
    await patiently(() => logs.send(command), scope);
  } catch (error) {
    // A create whose answer was lost, and that was tried again; or another's, made since we looked.
    const isThere = isCloudError(error, 'ResourceAlreadyExistsException');
    if (!isThere || (await observe(name, scope))?.owner !== scope.experiment) throw error;
  }
}

/** CloudWatch refuses a change while it carries out another, such as one that a killed process left behind. */
function patiently<Result>(call: () => Promise<Result>, scope: Scope): Promise<Result> {
  return waitOut(
    call,
    (refusal) =>
      isCloudError(refusal, 'OperationAbortedException') ? 'waiting for an earlier change' : undefined,
    scope,
    { intervalMs: 1_000, timeoutMs: 30_000 },
  );
}
