import type { Place } from './place.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** What a person needs to be allowed, so that mlbench can do one thing in their name. */
export interface Permission {
  /** The kind of resource, as the ledger calls it, or the task. */
  kind: string;
  actions: readonly string[];
  /** Patterns of ARNs, with `{partition}`, `{region}` and `{account}`; `*` where IAM knows no narrower right. */
  resources: readonly string[];
  /** Condition key → value, all of them equal. */
  condition?: Record<string, string | string[]>;
}

const arn = (service: string, resource: string) =>
  `arn:{partition}:${service}:{region}:{account}:${resource}`;
const everything = ['*'];
const roles = ['arn:{partition}:iam::{account}:role/mlbench/*'];
const logGroups = ['/aws/sagemaker/Endpoints/', '/aws/lambda/', '/aws/vendedlogs/'].map((prefix) =>
  arn('logs', `log-group:${prefix}mlbench*`),
);

/**
 * Everything that mlbench calls on AWS, and what AWS in turn asks of the caller (said where it is no call of ours). Names of
 * ours begin with `mlbench`; with `--endpoint-name` of another beginning, the endpoint's resources have to be widened.
 */
export const permissions: readonly Permission[] = [
  {
    kind: 'bucket',
    actions: [
      's3:CreateBucket',
      's3:DeleteBucket',
      's3:ListBucket',
      's3:ListBucketVersions',
      's3:ListBucketMultipartUploads',
      's3:GetBucketTagging',
      's3:PutBucketTagging',
      's3:GetBucketPublicAccessBlock',
      's3:PutBucketPublicAccessBlock',
      's3:GetEncryptionConfiguration',
      's3:PutEncryptionConfiguration',
    ],
    resources: ['arn:{partition}:s3:::mlbench*'],
  },
  {
    kind: 'object',
    actions: [
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:AbortMultipartUpload',
    ],
    resources: ['arn:{partition}:s3:::mlbench*/*'],
  },
  {
    kind: 'ecr-repository',
    actions: [
      'ecr:CreateRepository',
      'ecr:DeleteRepository',
      'ecr:ListTagsForResource',
      // Tags given to a call that makes something need a right of their own, here and below.
      'ecr:TagResource',
    ],
    resources: [arn('ecr', 'repository/mlbench*')],
  },
  {
    kind: 'image',
    actions: [
      'ecr:DescribeImages',
      'ecr:BatchDeleteImage',
      // The container engine's: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      'ecr:PutImage',
    ],
    resources: [arn('ecr', 'repository/mlbench*')],
  },
  {
    kind: 'image',
    actions: ['ecr:GetAuthorizationToken', 'ecr:DescribeRepositories'],
    resources: everything,
  },
  {
    kind: 'iam-role',
    actions: [
      'iam:CreateRole',
      'iam:GetRole',
      'iam:UpdateRole',
      'iam:DeleteRole',
      'iam:TagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePolicy',
      'iam:GetRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfilesForRole',
    ],
    resources: roles,
  },
  {
    kind: 'iam-role',
    // No call: asked for when SageMaker, Lambda or the Scheduler is handed a role.
    actions: ['iam:PassRole'],
    resources: roles,
    condition: {
      'iam:PassedToService': ['sagemaker.amazonaws.com', 'lambda.amazonaws.com', 'scheduler.amazonaws.com'],
    },
  },
  {
    kind: 'model',
    actions: ['sagemaker:CreateModel', 'sagemaker:DescribeModel', 'sagemaker:DeleteModel'],
    resources: [arn('sagemaker', 'model/mlbench*')],
  },
  {
    kind: 'endpoint-config',
    actions: [
      'sagemaker:CreateEndpointConfig',
      'sagemaker:DescribeEndpointConfig',
      'sagemaker:DeleteEndpointConfig',
    ],
    resources: [arn('sagemaker', 'endpoint-config/mlbench*')],
  },
  {
    kind: 'endpoint',
    actions: [
      'sagemaker:CreateEndpoint',
      'sagemaker:DescribeEndpoint',
      'sagemaker:UpdateEndpoint',
      'sagemaker:UpdateEndpointWeightsAndCapacities',
      'sagemaker:DeleteEndpoint',
    ],
    // CreateEndpoint and UpdateEndpoint ask for the configuration too.
    resources: [arn('sagemaker', 'endpoint/mlbench*'), arn('sagemaker', 'endpoint-config/mlbench*')],
  },
  {
    kind: 'model, endpoint-config and endpoint',
    actions: ['sagemaker:AddTags', 'sagemaker:ListTags'],
    resources: ['model', 'endpoint-config', 'endpoint'].map((kind) => arn('sagemaker', `${kind}/mlbench*`)),
  },
  {
    kind: 'scalable-target and scaling-policy',
    actions: [
      'application-autoscaling:RegisterScalableTarget',
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:DescribeScalingActivities',
      'application-autoscaling:DescribeScheduledActions',
      // Target tracking makes and removes its alarms in the caller's name:
      // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:DeleteAlarms',
    ],
    resources: everything,
  },
  {
    kind: 'scalable-target',
    // No call: the first target of an account makes AWS's own role for it, which stays.
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      'arn:{partition}:iam::{account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/*',
    ],
  },
  {
    kind: 'lambda-function and lambda-permission',
    actions: [
      'lambda:CreateFunction',
      'lambda:GetFunction',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:DeleteFunction',
      'lambda:TagResource',
      'lambda:ListTags',
      'lambda:AddPermission',
      'lambda:RemovePermission',
      'lambda:GetPolicy',
    ],
    resources: [arn('lambda', 'function:mlbench*')],
  },
  {
    kind: 'http-api',
    actions: ['apigateway:GET', 'apigateway:POST', 'apigateway:PATCH', 'apigateway:PUT', 'apigateway:DELETE'],
    // APIs are named by ids that API Gateway chooses.
    resources: ['apis', 'apis/*', 'tags/*'].map((path) => `arn:{partition}:apigateway:{region}::/${path}`),
  },
  {
    kind: 'http-api',
    // No calls: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
    ],
    resources: everything,
  },
  {
    kind: 'log-group',
    actions: [
      'logs:CreateLogGroup',
      'logs:TagResource',
      'logs:ListTagsForResource',
      'logs:PutRetentionPolicy',
      'logs:DeleteLogGroup',
      'logs:FilterLogEvents',
    ],
    resources: logGroups.flatMap((group) => [group, `${group}:*`]),
  },
  { kind: 'log-group', actions: ['logs:DescribeLogGroups'], resources: everything },
  {
    kind: 'expiry-schedule',
    actions: [
      'scheduler:CreateSchedule',
      'scheduler:GetSchedule',
      'scheduler:UpdateSchedule',
      'scheduler:DeleteSchedule',
    ],
    resources: [arn('scheduler', 'schedule/default/mlbench*')],
  },
  {
    kind: 'load and invoke',
    actions: ['sagemaker:InvokeEndpoint'],
    resources: [arn('sagemaker', 'endpoint/mlbench*')],
  },
  {
    kind: 'watch-scaling',
    actions: ['cloudwatch:GetMetricData', 'cloudwatch:DescribeAlarmHistory'],
    resources: everything,
  },
  {
    kind: 'metric-alarm',
    actions: ['cloudwatch:ListTagsForResource', 'cloudwatch:TagResource'],
    resources: [arn('cloudwatch', 'alarm:*')],
  },
  { kind: 'prices', actions: ['pricing:GetProducts'], resources: everything },
  {
    kind: 'doctor',
    actions: [
      'sts:GetCallerIdentity',
      'servicequotas:ListServiceQuotas',
      'servicequotas:ListAWSDefaultServiceQuotas',
      'iam:SimulatePrincipalPolicy',
    ],
    resources: everything,
  },
  {
    kind: 'down --orphans',
    actions: [
      'tag:GetResources',
      'iam:ListRoles',
      's3:ListAllMyBuckets',
      'sagemaker:ListModels',
      'sagemaker:ListEndpointConfigs',
      'sagemaker:ListEndpoints',
      'lambda:ListFunctions',
      'scheduler:ListSchedules',
    ],
    resources: everything,
  },
];

/** The ARN patterns of a permission in an account. */
export function resourcesOf(permission: Permission, place: Place): string[] {
  const { partition, region, accountId } = place;
  return permission.resources.map((pattern) =>
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
