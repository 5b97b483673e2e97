import { describe, expect, it } from 'vitest';
import {
  apiRole,
  executionRole,
  expiryRole,
  repositoryArnOf,
} from '../../../src/resources/kinds/iam-role/role-policies.ts';

const place = { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' };

const trustIn = (service: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    },
  ],
});

describe('the role that runs the model', () => {
  const writesLogs = {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
    Resource: [
      'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/mlbench',
      'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/mlbench:*',
    ],
  };
  const publishesMetrics = {
    Effect: 'Allow',
    Action: 'cloudwatch:PutMetricData',
    Resource: '*',
    Condition: { StringLike: { 'cloudwatch:namespace': ['AWS/SageMaker*', '/aws/sagemaker/*'] } },
  };
  const needs = {
    bucket: 'mlbench-123456789012-eu-west-1',
    modelDataUrl: 's3://mlbench-123456789012-eu-west-1/models/abc/model.tar.gz',
    repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/mlbench-serving',
    logGroup: '/aws/sagemaker/Endpoints/mlbench',
  };

  it("reads the experiment's models, pulls its image, writes its logs and metrics, and nothing else", () => {
    expect(executionRole(place, needs)).toEqual({
      trust: trustIn('sagemaker.amazonaws.com'),
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::mlbench-123456789012-eu-west-1/models/*',
          },
          {
            Effect: 'Allow',
            Action: 's3:ListBucket',
            Resource: 'arn:aws:s3:::mlbench-123456789012-eu-west-1',
          },
          {
            Effect: 'Allow',
            Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
            Resource: 'arn:aws:ecr:eu-west-1:123456789012:repository/mlbench-serving',
          },
          { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
          writesLogs,
          publishesMetrics,
        ],
      },
    });
  });

  it('reads the one archive that was brought, and no image from ECR where it comes from elsewhere', () => {
    const brought = {
      ...needs,
      bucket: null,
      modelDataUrl: 's3://theirs/a/model.tar.gz',
      repositoryArn: null,
    };
    expect(executionRole(place, brought).policy.Statement).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::theirs/a/model.tar.gz' },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::theirs' },
      writesLogs,
      publishesMetrics,
    ]);
  });

  it('reads all below a prefix that was brought', () => {
    const brought = { ...needs, bucket: null, modelDataUrl: 's3://theirs/a/' };
    expect(executionRole(place, brought).policy.Statement[0]).toMatchObject({
      Resource: 'arn:aws:s3:::theirs/a/*',
    });
  });

  it("names resources in the place's own partition", () => {
    const text = JSON.stringify(executionRole({ ...place, partition: 'aws-cn' }, needs).policy);
    expect(text).toContain('arn:aws-cn:s3:::');
    expect(text).not.toContain('"arn:aws:s3');
  });
});

describe('the role of the function behind the API', () => {
  it('may invoke its endpoint and write to its log, and nothing else', () => {
    expect(apiRole(place, { endpointName: 'mlbench', logGroup: '/aws/lambda/mlbench-evaluate' })).toEqual({
      // AWS does not say that Lambda tells for which account it assumes a role.
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sagemaker:InvokeEndpoint',
            Resource: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mlbench',
          },
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: [
              'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/mlbench-evaluate',
              'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/mlbench-evaluate:*',
            ],
          },
        ],
      },
    });
  });

  it('names an endpoint with capitals in both spellings: SageMaker asks in lower case', () => {
    const { policy } = apiRole(place, { endpointName: 'Penguins', logGroup: 'g' });
    expect(policy.Statement[0]?.Resource).toEqual([
      'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/penguins',
      'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/Penguins',
    ]);
  });
});

describe('the role that ends an endpoint', () => {
  it('may free it from autoscaling and delete it, and nothing else', () => {
    expect(expiryRole(place, { endpointName: 'mlbench' })).toEqual({
      trust: trustIn('scheduler.amazonaws.com'),
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sagemaker:DeleteEndpoint',
            Resource: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mlbench',
          },
          {
            Effect: 'Allow',
            Action: 'application-autoscaling:DeregisterScalableTarget',
            Resource: 'arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/*',
            Condition: {
              StringEquals: {
                'application-autoscaling:service-namespace': 'sagemaker',
                'application-autoscaling:scalable-dimension': 'sagemaker:variant:DesiredInstanceCount',
              },
            },
          },
          {
            Effect: 'Allow',
            Action: 'cloudwatch:DeleteAlarms',
            Resource: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:TargetTracking-endpoint/mlbench/*',
          },
        ],
      },
    });
  });
});

describe('the repository of an image', () => {
  it.each([
    [
      '210987654321.dkr.ecr.us-west-2.amazonaws.com/team/serving:1.2',
      'arn:aws:ecr:us-west-2:210987654321:repository/team/serving',
    ],
    [
      '210987654321.dkr.ecr.us-west-2.amazonaws.com/serving@sha256:0123',
      'arn:aws:ecr:us-west-2:210987654321:repository/serving',
    ],
    [
      '210987654321.dkr.ecr-fips.us-west-2.amazonaws.com/serving',
      'arn:aws:ecr:us-west-2:210987654321:repository/serving',
    ],
    ['docker.io/library/serving:1', null],
    ['serving', null],
    ['12.dkr.ecr.us-west-2.amazonaws.com/serving', null],
  ])('of %s is %s', (image, repository) => {
    expect(repositoryArnOf(image, place)).toBe(repository);
  });
});
