import { CreateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { userError } from '../../../src/core/errors.ts';
import { nameQuota } from '../../../src/resources/sdk/name-quota.ts';
import { readQuotaRefusal } from '../../../src/resources/sdk/quota-refusal.ts';
import { type AwsOnLoopback, awsOnLoopback, type SeenCall } from '../aws-on-loopback.ts';

let aws: AwsOnLoopback | undefined;
afterEach(() => aws?.close());

const refused =
  "The account-level service limit 'ml.g4dn.xlarge for endpoint usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 2 Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.";

/** SageMaker refuses; Service Quotas has two pages. */
function answer({ operation, body }: SeenCall) {
  if (operation === 'SageMaker.CreateEndpoint')
    return { status: 400, body: { __type: 'ResourceLimitExceeded', message: refused } };
  if (body['NextToken'] === undefined)
    return {
      status: 200,
      body: { Quotas: [{ QuotaName: 'ml.g4dn.xlarge for training job usage' }], NextToken: '2' },
    };
  return {
    status: 200,
    body: { Quotas: [{ QuotaName: 'ml.g4dn.xlarge for endpoint usage', QuotaCode: 'L-B67CFA0C' }] },
  };
}

async function refusal({ clients }: AwsOnLoopback): Promise<unknown> {
  const create = new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' });
  return (await clients.sagemaker()).send(create).catch((error: unknown) => error);
}

describe('a refusal for want of quota', () => {
  it('names the quota and the command that asks for as much as is wanted', async () => {
    aws = await awsOnLoopback(answer, { region: 'eu-west-1' });
    expect(await nameQuota(await refusal(aws), aws.clients, systemClock)).toMatchObject({
      code: 'resource-limit-exceeded',
      exitCode: 3,
      message: expect.stringContaining("'ml.g4dn.xlarge for endpoint usage' is 0 Instances"),
      remedy:
        'use another --instance-type, or ask for more of "ml.g4dn.xlarge for endpoint usage": aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code L-B67CFA0C --desired-value 2 --region eu-west-1',
    });
    expect(aws.calls.map(({ operation }) => operation)).toEqual([
      'SageMaker.CreateEndpoint',
      'ServiceQuotasV20190624.ListServiceQuotas',
      'ServiceQuotasV20190624.ListServiceQuotas',
    ]);
  });

  it.each([
    ['may not be asked', { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }],
    ['does not list it', { status: 200, body: { Quotas: [] } }],
  ])('says how to find its code where Service Quotas %s', async (_, said) => {
    aws = await awsOnLoopback((call) => (call.operation.startsWith('ServiceQuotas') ? said : answer(call)));
    expect(await nameQuota(await refusal(aws), aws.clients, systemClock)).toMatchObject({
      remedy: expect.stringMatching(
        /--quota-code CODE --desired-value 2 --region us-east-1, with the CODE that says: aws service-quotas list-service-quotas .*'ml\.g4dn\.xlarge for endpoint usage'/,
      ),
    });
  });

  it('is the one failure that Service Quotas is asked about', async () => {
    aws = await awsOnLoopback(answer);
    const other = userError('bad', 'bad', 'better');
    expect(await nameQuota(other, aws.clients, systemClock)).toBe(other);
    expect(aws.calls).toEqual([]);
  });

  it('is taken apart, and nothing else is', () => {
    expect(readQuotaRefusal(refused)).toEqual({
      name: 'ml.g4dn.xlarge for endpoint usage',
      limit: 0,
      wanted: 2,
    });
    expect(readQuotaRefusal('Limit of endpoints exceeded')).toBeUndefined();
  });
});
