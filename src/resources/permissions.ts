import { cloudKinds } from './kinds/cloud-kinds.ts';
import type { PolicyDocument, PolicyStatement } from './kinds/iam-role/policy-document.ts';
import { arnPattern, everything, type Permission } from './kinds/kind/permission.ts';
import { logGroups } from './kinds/log-group.ts';
import type { Place } from './sdk/place.ts';

/** A permission, and what it is for: the kind of resource, as the ledger calls it, or a task. */
export interface NeededPermission extends Omit<Permission, 'task'> {
  purpose: string;
}

/** What mlbench calls that makes, finds or removes no resource. */
const tasks: readonly (Permission & { task: string })[] = [
  {
    task: 'load and invoke',
    actions: ['sagemaker:InvokeEndpoint'],
    resources: [arnPattern('sagemaker', 'endpoint/mlbench*')],
  },
  {
    task: 'watch-scaling',
    actions: [
      'application-autoscaling:DescribeScalingActivities',
      'application-autoscaling:DescribeScheduledActions',
      'cloudwatch:GetMetricData',
      'cloudwatch:DescribeAlarmHistory',
    ],
    resources: everything,
  },
  { task: 'logs', actions: ['logs:FilterLogEvents'], resources: logGroups },
  { task: 'prices', actions: ['pricing:GetProducts'], resources: everything },
  {
    task: 'doctor',
    actions: [
      'sts:GetCallerIdentity',
      'servicequotas:ListServiceQuotas',
      'servicequotas:ListAWSDefaultServiceQuotas',
      'iam:SimulatePrincipalPolicy',
    ],
    resources: everything,
  },
  { task: 'down --orphans', actions: ['tag:GetResources'], resources: everything },
];

/**
 * Everything that mlbench calls on AWS, and what AWS in turn asks of the caller (said where it is no call of ours):
 * each kind's own permissions, then those of tasks. Names of ours begin with `mlbench`; with `--endpoint-name` of
 * another beginning, the endpoint's resources have to be widened.
 */
export const permissions: readonly NeededPermission[] = gather([
  ...cloudKinds.flatMap(({ kind, permissions: own }) =>
    own.map((one) => ({ ...one, purpose: one.task ?? kind })),
  ),
  ...tasks.map((one) => ({ ...one, purpose: one.task })),
]);

/** One entry a purpose and its resources, and each action once for the same resources: two kinds may need it. */
function gather(needed: readonly NeededPermission[]): NeededPermission[] {
  const granted = new Set<string>();
  const gathered = new Map<string, NeededPermission & { actions: string[] }>();
  for (const { purpose, actions, resources, condition } of needed) {
    const on = JSON.stringify([resources, condition]);
    const key = `${purpose} ${on}`;
    const fresh = actions.filter((action) => !granted.has(`${action} ${on}`));
    for (const action of fresh) granted.add(`${action} ${on}`);
    if (fresh.length === 0) continue;
    const known = gathered.get(key) ?? { purpose, actions: [], resources, ...(condition && { condition }) };
    known.actions.push(...fresh);
    gathered.set(key, known);
  }
  return [...gathered.values()];
}

/** The ARN patterns of a permission in an account. */
export function resourcesOf({ resources }: Pick<Permission, 'resources'>, place: Place): string[] {
  const { partition, region, accountId } = place;
  return resources.map((pattern) =>
    pattern.replace('{partition}', partition).replace('{region}', region).replace('{account}', accountId),
  );
}

/** The policy that allows all of it: what an administrator grants. Rights on the same things share a statement. */
export function policyToGrant(place: Place): PolicyDocument {
  const statements = new Map<string, PolicyStatement & { Action: string[] }>();
  for (const permission of permissions) {
    const resources = resourcesOf(permission, place);
    const key = JSON.stringify([resources, permission.condition]);
    const statement = statements.get(key) ?? {
      Effect: 'Allow',
      Action: [],
      Resource: resources.length === 1 ? (resources[0] as string) : resources,
      ...(permission.condition && { Condition: { StringEquals: permission.condition } }),
    };
    statement.Action.push(...permission.actions.filter((action) => !statement.Action.includes(action)));
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}
