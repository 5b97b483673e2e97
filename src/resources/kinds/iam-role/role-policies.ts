import { ownAlarmsPattern } from '../../../catalog/own-alarms.ts';
import type { Place } from '../../sdk/place.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** Who may assume a role, and what it may then do. */
export interface RolePolicies {
  trust: PolicyDocument;
  policy: PolicyDocument;
}

export interface ExecutionRoleNeeds {
  /** The experiment's own bucket; null: the archive lies elsewhere. */
  bucket: string | null;
  /** `s3://bucket/key`; read only where there is no bucket. */
  modelDataUrl: string;
  /** Null: the image is in no ECR repository. */
  repositoryArn: string | null;
  /** The endpoint's log group, by name. */
  logGroup: string;
}

/**
 * What SageMaker does in the experiment's name to run a model: fetch archive and image, write logs and metrics.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms
 */
export function executionRole(place: Place, needs: ExecutionRoleNeeds): RolePolicies {
  return {
    trust: trustIn('sagemaker.amazonaws.com', place),
    policy: allow([
      ...readArchive(place, needs),
      ...pullImage(needs.repositoryArn),
      {
        Effect: 'Allow',
        Action: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'logs:DescribeLogStreams',
        ],
        Resource: logGroupArns(place, needs.logGroup),
      },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        // CloudWatch's metrics are no resources of IAM's: only the namespace narrows the right.
        Resource: '*',
        Condition: { StringLike: { 'cloudwatch:namespace': ['AWS/SageMaker*', '/aws/sagemaker/*'] } },
      },
    ]),
  };
}

export interface ApiRoleNeeds {
  endpointName: string;
  /** The function's log group, by name. */
  logGroup: string;
}

/**
 * What the function behind `/evaluate` may do: invoke this endpoint, and write into its own log. It may not make log
 * groups: the last lines of a function being removed would bring its group back.
 */
export function apiRole(place: Place, { endpointName, logGroup }: ApiRoleNeeds): RolePolicies {
  return {
    trust: trustInLambda,
    policy: allow([
      {
        Effect: 'Allow',
        Action: 'sagemaker:InvokeEndpoint',
        Resource: endpointArns(place, endpointName),
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: logGroupArns(place, logGroup),
      },
    ]),
  };
}

/**
 * What a schedule needs that ends an endpoint when nobody else does: free it from autoscaling, then delete it.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function expiryRole(place: Place, { endpointName }: { endpointName: string }): RolePolicies {
  return {
    trust: trustIn('scheduler.amazonaws.com', place),
    policy: allow([
      {
        Effect: 'Allow',
        Action: 'sagemaker:DeleteEndpoint',
        Resource: endpointArns(place, endpointName),
      },
      {
        Effect: 'Allow',
        Action: 'application-autoscaling:DeregisterScalableTarget',
        // A target's ARN ends in an id of the service's own choice; its kind is as near as a policy gets.
        Resource: arn(place, 'application-autoscaling', 'scalable-target/*'),
        Condition: {
          StringEquals: {
            'application-autoscaling:service-namespace': 'sagemaker',
            'application-autoscaling:scalable-dimension': 'sagemaker:variant:DesiredInstanceCount',
          },
        },
      },
      {
        // Deregistering removes the alarms that policies made themselves in the caller's name:
        // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        Effect: 'Allow',
        Action: 'cloudwatch:DeleteAlarms',
        Resource: arn(place, 'cloudwatch', `alarm:${ownAlarmsPattern(endpointName)}`),
      },
    ]),
  };
}

/**
 * The ECR repository that an image comes from; null if its URI is none of ECR's.
 * @param image `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG` or `…@sha256:DIGEST`
 */
export function repositoryArnOf(image: string, { partition }: Place): string | null {
  const uri = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/([^:@]+)(?:[:@].+)?$/.exec(image);
  return uri && `arn:${partition}:ecr:${uri[2]}:${uri[1]}:repository/${uri[3]}`;
}

/** On our account's behalf only: a service must not be talked into using the role for another's resources. */
function trustIn(service: string, { accountId }: Place): PolicyDocument {
  return allow([
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
  ]);
}

/**
 * Without the account: AWS documents that condition for SageMaker and the Scheduler, and for Lambda nowhere; a service
 * that does not say for whom it asks could not assume the role at all. Lambda takes roles of the function's own account
 * only, and whoever names one needs `iam:PassRole`
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html).
 */
const trustInLambda = allow([
  { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
]);

function readArchive(
  { partition }: Place,
  { bucket, modelDataUrl }: ExecutionRoleNeeds,
): readonly PolicyStatement[] {
  const brought = /^s3:\/\/([^/]+)\/(.+)$/s.exec(modelDataUrl);
  const from = bucket ?? brought?.[1];
  if (from === undefined) return [];
  // All models of ours: while a new one takes over, instances of the old one may still be added.
  const key = bucket === null ? (brought?.[2] ?? '') : 'models/*';
  return [
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      // A prefix instead of an archive: SageMaker takes all below it.
      Resource: `arn:${partition}:s3:::${from}/${key}${key.endsWith('/') ? '*' : ''}`,
    },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:${partition}:s3:::${from}` },
  ];
}

function pullImage(repositoryArn: string | null): readonly PolicyStatement[] {
  if (repositoryArn === null) return [];
  return [
    {
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      Resource: repositoryArn,
    },
    // The token is for the whole registry; IAM knows no narrower right.
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
  ];
}

/**
 * Names of endpoints are unique without regard to case, and SageMaker writes them in lower case in the ARN that it asks
 * IAM about: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
 */
function endpointArns(place: Place, endpointName: string): string | string[] {
  const names = [...new Set([endpointName.toLowerCase(), endpointName])];
  const arns = names.map((name) => arn(place, 'sagemaker', `endpoint/${name}`));
  return arns.length === 1 ? (arns[0] as string) : arns;
}

/** The group and its streams. */
function logGroupArns(place: Place, name: string): string[] {
  const group = arn(place, 'logs', `log-group:${name}`);
  return [group, `${group}:*`];
}

function arn({ partition, region, accountId }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

function allow(Statement: PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
