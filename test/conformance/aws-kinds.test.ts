import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceKind } from '../../src/resources/engine/resource.ts';
import { bucketKind } from '../../src/resources/kinds/bucket/bucket.ts';
import { httpApiKind } from '../../src/resources/kinds/http-api/http-api.ts';
import { iamRoleKind } from '../../src/resources/kinds/iam-role/iam-role.ts';
import type { PolicyDocument } from '../../src/resources/kinds/iam-role/policy-document.ts';
import { readLambdaBundle, zipFiles } from '../../src/resources/kinds/lambda-function/lambda-bundle.ts';
import { lambdaFunctionKind } from '../../src/resources/kinds/lambda-function/lambda-function.ts';
import { lambdaPermissionKind } from '../../src/resources/kinds/lambda-permission.ts';
import { logGroupKind } from '../../src/resources/kinds/log-group.ts';
import { modelKind } from '../../src/resources/kinds/model.ts';
import { modelObjectKind } from '../../src/resources/kinds/model-object.ts';
import { type Fate, Killed, type MortalProcess, startProcess } from './mortal-clients.ts';
import { type Moto, startMoto } from './moto.ts';

// Every kind against somebody else's AWS: made, kept, changed and removed, and killed or cut off at every call of it.

let moto: Moto;
const running: MortalProcess[] = [];

beforeAll(async () => {
  moto = await startMoto();
  // The SDK reads them where a client is made.
  Object.assign(process.env, moto.environment);
  // What other things need to be there for.
  const { scope } = start();
  await iamRoleKind.ensure(lambdaRole, scope, undefined);
  await lambdaFunctionKind.ensure({ ...lambda, name: 'mlbench-standing' }, scope, undefined);
  await bucketKind.ensure({ name: 'mlbench-standing' }, scope, undefined);
});
afterAll(() => moto?.stop());
afterEach(() => {
  for (const process of running.splice(0)) process.end();
});

const experiment = 'under-test';

function start(fate?: Fate): MortalProcess {
  const process = startProcess(experiment, fate);
  running.push(process);
  return process;
}

const trust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const may = (Action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

/** A kind, something of it, and the same thing changed. */
interface Subject {
  kind: ResourceKind<unknown, unknown>;
  spec: unknown;
  /** Left out by kinds that cannot be altered. */
  changed?: unknown;
  /** Of the state: what the cloud alone knows beforehand. */
  unforeseen?: string[];
  untagged?: boolean;
}

function subject<Spec, State>(
  kind: ResourceKind<Spec, State>,
  spec: Spec,
  rest: { changed?: Spec; unforeseen?: string[]; untagged?: boolean } = {},
): Subject {
  return { kind: kind as ResourceKind<unknown, unknown>, spec, ...rest };
}

const role = { name: 'mlbench-role', description: 'a role', trust, policy: may('s3:GetObject') };

const lambdaRole = { ...role, name: 'mlbench-lambda-role' };
const lambda = {
  name: 'mlbench-function',
  roleArn: 'arn:aws:iam::123456789012:role/mlbench/mlbench-lambda-role',
  bundle: readLambdaBundle(),
  environment: { ENDPOINT_NAME: 'mlbench' },
  timeoutSeconds: 29,
  memoryMb: 256,
};
const api = {
  name: 'mlbench-evaluate',
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:mlbench-function',
  accessLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/mlbench-access',
  throttle: { rateRps: 500, burst: 1_000 },
};
const permission = {
  functionName: 'mlbench-standing',
  statementId: 'mlbench-api',
  sourceArn: 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3/*',
};

const model = {
  name: 'mlbench-model',
  image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mlbench@sha256:0123',
  modelDataUrl: 's3://mlbench-standing/models/0123/model.tar.gz',
  executionRoleArn: lambda.roleArn,
};
const object = { bucket: 'mlbench-standing', bytes: Buffer.from('model'), sha256: '0123' };

const subjects: Subject[] = [
  subject(bucketKind, { name: 'mlbench-123456789012-us-east-1' }),
  subject(modelObjectKind, object, { untagged: true }),
  subject(modelKind, model),
  subject(lambdaFunctionKind, lambda, {
    changed: {
      ...lambda,
      bundle: zipFiles(new Map([['index.js', Buffer.from('export const handler = () => 1;')]])),
      environment: { ENDPOINT_NAME: 'another' },
    },
  }),
  subject(httpApiKind, api, {
    // moto has no UpdateStage: test/resources/http-api.test.ts changes the stage.
    changed: { ...api, functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:another' },
    unforeseen: ['apiId', 'url', 'executeArn'],
  }),
  subject(lambdaPermissionKind, permission, {
    changed: { ...permission, sourceArn: 'arn:aws:execute-api:us-east-1:123456789012:d4e5f6/*' },
    untagged: true,
  }),
  subject(iamRoleKind, role, { changed: { ...role, description: 'another', policy: may('s3:PutObject') } }),
  subject(
    logGroupKind,
    { name: '/aws/lambda/mlbench', retentionDays: 7 },
    { changed: { name: '/aws/lambda/mlbench', retentionDays: 30 } },
  ),
];

describe.each(subjects.map((each) => [each.kind.kind, each] as const))('%s', (_, subject) => {
  const { kind, spec, changed } = subject;
  const identifiers = kind.identify(spec);

  it('is made, kept, changed and removed', async () => {
    const { scope } = start();
    expect(await kind.describe(identifiers, scope)).toBeUndefined();
    const made = await kind.ensure(spec, scope, undefined);
    expect(made.outcome).toBe('created');
    const found = await kind.describe(identifiers, scope);
    expect(found?.owner).toBe(subject.untagged ? undefined : experiment);
    expect(found?.state).toEqual(made.state);
    expect(kind.differences?.(spec, found?.state, undefined) ?? []).toEqual([]);
    const foreseen = kind.foresee?.(spec, await scope.clients.place());
    for (const [name, value] of Object.entries(foreseen ?? {})) {
      if (!subject.unforeseen?.includes(name)) expect(found?.state).toHaveProperty(name, value);
    }
    expect(await kind.ensure(spec, scope, kind.remember?.(spec))).toMatchObject({
      outcome: 'unchanged',
      state: made.state as object,
    });

    if (changed !== undefined) {
      expect(kind.differences?.(changed, found?.state, undefined)).not.toEqual([]);
      expect((await kind.ensure(changed, scope, undefined)).outcome).toBe('updated');
      const after = await kind.describe(identifiers, scope);
      expect(kind.differences?.(changed, after?.state, undefined)).toEqual([]);
      expect((await kind.ensure(changed, scope, undefined)).outcome).toBe('unchanged');
    }
    expect(await kind.remove(identifiers, scope)).toBe('removed');
    expect(await kind.describe(identifiers, scope)).toBeUndefined();
    expect(await kind.remove(identifiers, scope)).toBe('removed');
  });

  it('is completed, and removed, whichever call its making is killed after', async () => {
    const calls = await callsOf((scope) => kind.ensure(spec, scope, undefined));
    await removed(subject);
    for (let diesAfterCalls = 0; diesAfterCalls < calls; diesAfterCalls++) {
      await killed(diesAfterCalls, ({ scope }) => kind.ensure(spec, scope, undefined));
      await removed(subject);
      await killed(diesAfterCalls, ({ scope }) => kind.ensure(spec, scope, undefined));
      await ensured(subject);
      await removed(subject);
    }
  });

  it('is gone after the next removal, whichever call its removal is killed after', async () => {
    await ensured(subject);
    const calls = await callsOf((scope) => kind.remove(identifiers, scope));
    for (let diesAfterCalls = 0; diesAfterCalls < calls; diesAfterCalls++) {
      await ensured(subject);
      await killed(diesAfterCalls, ({ scope }) => kind.remove(identifiers, scope));
      await removed(subject);
    }
  });

  it('is made once and removed, whichever answer is lost', async () => {
    const calls = await callsOf((scope) => kind.ensure(spec, scope, undefined));
    await removed(subject);
    for (let losesAnswerOfCall = 1; losesAnswerOfCall <= calls; losesAnswerOfCall++) {
      await kind.ensure(spec, start({ losesAnswerOfCall }).scope, undefined);
      await ensured(subject);
      await kind.remove(identifiers, start({ losesAnswerOfCall }).scope);
      await removed(subject);
    }
  });
});

it('a bucket goes with all versions of what was ever in it', async () => {
  const { scope } = start();
  const spec = { name: 'mlbench-versioned' };
  await bucketKind.ensure(spec, scope, undefined);
  const s3 = await scope.clients.s3();
  const Bucket = spec.name;
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  for (const Body of ['one', 'two']) await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
  expect(await bucketKind.remove(spec, scope)).toBe('removed');
  expect(await bucketKind.describe(spec, scope)).toBeUndefined();
});

async function callsOf(work: (scope: MortalProcess['scope']) => Promise<unknown>): Promise<number> {
  const process = start();
  await work(process.scope);
  return process.calls().length;
}

async function killed(diesAfterCalls: number, work: (process: MortalProcess) => Promise<unknown>) {
  await expect(work(start({ diesAfterCalls }))).rejects.toSatisfy(
    (error: unknown) => error instanceof Killed || (error as Error).cause instanceof Killed,
  );
}

async function ensured({ kind, spec }: Subject): Promise<void> {
  const { scope } = start();
  const made = await kind.ensure(spec, scope, undefined);
  const found = await kind.describe(kind.identify(spec), scope);
  expect(found?.state).toEqual(made.state);
  expect(kind.differences?.(spec, found?.state, undefined) ?? []).toEqual([]);
}

/** As `down` goes about it, which knows no more than what was written down before the first call. */
async function removed({ kind, spec }: Subject): Promise<void> {
  const { scope } = start();
  const identifiers = kind.identify(spec);
  if (await kind.describe(identifiers, scope)) {
    const found = await kind.describe(identifiers, scope);
    // Null would be somebody else's, which `down` leaves alone.
    expect([undefined, experiment]).toContain(found?.owner);
    await kind.remove(identifiers, scope);
  }
  expect(await kind.describe(identifiers, scope)).toBeUndefined();
}
