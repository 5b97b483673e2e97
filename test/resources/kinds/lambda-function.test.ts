import { afterEach, describe, expect, it } from 'vitest';
import { zipFiles } from '../../../src/resources/kinds/lambda-function/lambda-bundle.ts';
import { lambdaFunctionKind } from '../../../src/resources/kinds/lambda-function/lambda-function.ts';
import { type CloudAnswer, refusal, type ScriptedCloud, startScriptedCloud } from '../scripted-cloud.ts';

let cloud: ScriptedCloud | undefined;
afterEach(() => cloud?.stop());

const spec = {
  name: 'f',
  roleArn: 'arn:aws:iam::123456789012:role/mlbench/f',
  bundle: zipFiles(new Map([['index.js', Buffer.from('1')]])),
  environment: { ENDPOINT_NAME: 'e' },
  timeoutSeconds: 29,
  memoryMb: 256,
};

const asWanted = {
  FunctionName: 'f',
  FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  Role: spec.roleArn,
  CodeSha256: spec.bundle.sha256,
  Timeout: 29,
  MemorySize: 256,
  Environment: { Variables: spec.environment },
  State: 'Active',
  LastUpdateStatus: 'Successful',
};

const seen = (differently: object = {}, more: object = {}): CloudAnswer => ({
  body: { Configuration: { ...asWanted, ...differently }, Tags: { 'mlbench:experiment': 'mine' }, ...more },
});

const changes = () =>
  cloud?.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

describe('a function', () => {
  it('is made as soon as Lambda may assume its role, and waited for until it is active', async () => {
    let creations = 0;
    let looks = 0;
    cloud = await startScriptedCloud(({ method }) => {
      if (method === 'POST') {
        return ++creations < 3
          ? refusal(
              'InvalidParameterValueException',
              'The role defined for the function cannot be assumed by Lambda.',
            )
          : { status: 201, body: asWanted };
      }
      if (creations < 3) return refusal('ResourceNotFoundException', 'Function not found', 404);
      return ++looks < 4 ? seen({ State: 'Pending' }) : seen();
    });
    const made = await lambdaFunctionKind.ensure(spec, cloud.scope, undefined);
    expect(made).toMatchObject({ outcome: 'created', state: { name: 'f', failure: '' } });
    expect(creations).toBe(3);
    expect(looks).toBe(4);
    const creation = JSON.parse(cloud.requests.findLast(({ method }) => method === 'POST')?.body ?? '');
    expect(creation).toMatchObject({
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Environment: { Variables: { ENDPOINT_NAME: 'e' } },
      Tags: { 'mlbench:experiment': 'mine' },
    });
  });

  it('that a killed process left half made is waited for, not made again', async () => {
    cloud = await startScriptedCloud((_, { requests }) =>
      requests.length < 4 ? seen({ State: 'Pending' }) : seen(),
    );
    expect((await lambdaFunctionKind.ensure(spec, cloud.scope, undefined)).outcome).toBe('unchanged');
    expect(changes()).toEqual([]);
  });

  it.each([
    ['its code alone', { CodeSha256: 'other' }, ['PUT /2015-03-31/functions/f/code']],
    ['its configuration alone', { Timeout: 3 }, ['PUT /2015-03-31/functions/f/configuration']],
    [
      'its environment',
      { Environment: { Variables: { ENDPOINT_NAME: 'e', MORE: '1' } } },
      ['PUT /2015-03-31/functions/f/configuration'],
    ],
  ])('is given %s where that differs', async (_, differently, expected) => {
    cloud = await startScriptedCloud(({ method }, { requests }) =>
      method === 'GET' && requests.every((request) => request.method === 'GET') ? seen(differently) : seen(),
    );
    expect((await lambdaFunctionKind.ensure(spec, cloud.scope, undefined)).outcome).toBe('updated');
    expect(changes()).toEqual(expected);
  });

  it('is changed when an update under way is over', async () => {
    let refusals = 0;
    cloud = await startScriptedCloud(({ method }) => {
      if (method === 'GET') return refusals === 0 ? seen({ CodeSha256: 'other' }) : seen();
      return ++refusals < 4
        ? refusal(
            'ResourceConflictException',
            'The operation cannot be performed at this time. An update is in progress for resource: f',
            409,
          )
        : { body: asWanted };
    });
    expect((await lambdaFunctionKind.ensure(spec, cloud.scope, undefined)).outcome).toBe('updated');
    expect(refusals).toBe(4);
    expect(cloud.waitedFor).toContain('waiting for an update of the function');
  });

  it("fails with Lambda's reason if an update of it does", async () => {
    cloud = await startScriptedCloud(({ method }, { requests }) => {
      if (method !== 'GET') return { body: asWanted };
      return requests.length > 2
        ? seen({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'the key is disabled' })
        : seen({ CodeSha256: 'other' });
    });
    await expect(lambdaFunctionKind.ensure(spec, cloud.scope, undefined)).rejects.toMatchObject({
      code: 'function-failed',
      message: expect.stringContaining('the key is disabled'),
    });
  });

  it('whose tags may not be read is not taken for another’s', async () => {
    cloud = await startScriptedCloud(() =>
      seen({}, { Tags: undefined, TagsError: { ErrorCode: 'AccessDenied', Message: 'no lambda:ListTags' } }),
    );
    await expect(lambdaFunctionKind.describe({ name: 'f' }, cloud.scope)).rejects.toMatchObject({
      message: expect.stringContaining('no lambda:ListTags'),
      remedy: expect.stringContaining('lambda:ListTags'),
    });
  });

  it('is not waited for without end', async () => {
    cloud = await startScriptedCloud(() => seen({ State: 'Pending' }));
    await expect(lambdaFunctionKind.ensure(spec, cloud.scope, undefined)).rejects.toMatchObject({
      code: 'wait-timeout',
    });
  });

  it('names what would change, but no value of its environment', () => {
    const place = { accountId: '123456789012', region: 'us-east-1', partition: 'aws' };
    const state = lambdaFunctionKind.foresee!(spec, place);
    expect(lambdaFunctionKind.differences!(spec, state, undefined)).toEqual([]);
    const next = { ...spec, timeoutSeconds: 10, environment: { ENDPOINT_NAME: 'secret' } };
    expect(lambdaFunctionKind.differences!(next, state, undefined)).toEqual([
      'timeout in seconds 29 → 10',
      'environment (ENDPOINT_NAME)',
    ]);
  });
});
