import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Scope } from '../../../src/resources/engine/resource.ts';
import { expiryScheduleKind } from '../../../src/resources/kinds/expiry-schedule.ts';
import { namesFor } from '../../../src/resources/kinds/kind/names.ts';
import { declareExpiry } from '../../../src/resources/stack/declare-expiry.ts';
import { declareStack, type StackSpec } from '../../../src/resources/stack/stack.ts';
import { type AwsOnLoopback, awsOnLoopback, type SeenCall } from '../aws-on-loopback.ts';

const place = { accountId: '123456789012', region: 'us-east-1', partition: 'aws' };
const roleArn = 'arn:aws:iam::123456789012:role/mlbench/mlbench-expiry-us-east-1';
const atMs = Date.parse('2026-11-22T20:00:00.250Z');
const spec = {
  name: 'mlbench-expiry-endpoint',
  atMs,
  roleArn,
  call: { service: 'sagemaker', action: 'deleteEndpoint', input: { EndpointName: 'mlbench' } },
};

/** As EventBridge Scheduler would give back what `ensure` sends. */
const standing = {
  Name: spec.name,
  Description: 'mlbench:experiment=under-test',
  ScheduleExpression: 'at(2026-11-22T20:00:01)',
  ScheduleExpressionTimezone: 'UTC',
  State: 'ENABLED',
  Target: {
    Arn: 'arn:aws:scheduler:::aws-sdk:sagemaker:deleteEndpoint',
    RoleArn: roleArn,
    Input: '{"EndpointName":"mlbench"}',
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
  },
};

let aws: AwsOnLoopback;
afterEach(() => aws?.close());

async function scheduler(
  found: object | null,
  answers: Record<string, { status: number; body: object }> = {},
) {
  const absent = {
    status: 404,
    body: { __type: 'ResourceNotFoundException', Message: 'Schedule does not exist.' },
  };
  aws = await awsOnLoopback(({ operation }: SeenCall) => {
    const [method = ''] = operation.split(' ');
    if (operation === 'POST /') return { status: 200, body: {} };
    if (method === 'GET') return found ? { status: 200, body: found } : absent;
    return answers[method] ?? { status: 200, body: {} };
  });
  const clients = { ...aws.clients, place: async () => place };
  const scope: Scope = {
    clients,
    clock: systemClock,
    signal: new AbortController().signal,
    experiment: 'under-test',
    waiting: () => {},
  };
  return scope;
}

const changing = () => aws.calls.filter(({ operation }) => !operation.startsWith('GET'));

describe('the schedule that ends an endpoint', () => {
  it('is made once, for one moment, with a day to try again', async () => {
    const scope = await scheduler(null);
    expect(await expiryScheduleKind.ensure(spec, scope, undefined)).toMatchObject({ outcome: 'created' });
    expect(changing()).toMatchObject([
      {
        operation: 'POST /schedules/mlbench-expiry-endpoint',
        body: {
          Description: 'mlbench:experiment=under-test',
          ScheduleExpression: 'at(2026-11-22T20:00:01)',
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          State: 'ENABLED',
          Target: standing.Target,
        },
      },
    ]);
  });

  it('stays as it is where nothing differs', async () => {
    const scope = await scheduler(standing);
    expect(await expiryScheduleKind.ensure(spec, scope, undefined)).toMatchObject({ outcome: 'unchanged' });
    expect(changing()).toEqual([]);
    const found = await expiryScheduleKind.describe({ name: spec.name }, scope);
    expect(found).toEqual({ state: expiryScheduleKind.foresee?.(spec, place), owner: 'under-test' });
  });

  it.each([
    [
      'another moment',
      { ScheduleExpression: 'at(2026-11-22T19:00:00)' },
      'expires 2026-11-22T19:00:00Z → 2026-11-22T20:00:01Z',
    ],
    [
      'a moment of another zone',
      { ScheduleExpressionTimezone: 'Asia/Tokyo' },
      'expires 1970-01-01T00:00:00Z → ',
    ],
    ['another role', { Target: { ...standing.Target, RoleArn: 'other' } }, `role other → ${roleArn}`],
    [
      'another call',
      { Target: { ...standing.Target, Input: '{"EndpointName":"theirs"}' } },
      'call sagemaker:deleteEndpoint {"EndpointName":"theirs"} → sagemaker:deleteEndpoint {"EndpointName":"mlbench"}',
    ],
    [
      'a call that nobody can read',
      { Target: { ...standing.Target, Input: '{' } },
      'call sagemaker:deleteEndpoint {} → ',
    ],
    ['no life in it', { State: 'DISABLED' }, 'switched on again'],
  ])('with %s is put right', async (_, altered, phrase) => {
    const scope = await scheduler({ ...standing, ...altered });
    const found = await expiryScheduleKind.describe({ name: spec.name }, scope);
    expect(expiryScheduleKind.differences?.(spec, found!.state, undefined)).toEqual([
      expect.stringContaining(phrase),
    ]);
    expect(await expiryScheduleKind.ensure(spec, scope, undefined)).toMatchObject({ outcome: 'updated' });
    expect(changing()).toMatchObject([
      {
        operation: 'PUT /schedules/mlbench-expiry-endpoint',
        body: { State: 'ENABLED', Target: standing.Target },
      },
    ]);
  });

  it('that a create whose answer was lost has made is put right too', async () => {
    const conflict = {
      status: 409,
      body: { __type: 'ConflictException', Message: 'Schedule already exists.' },
    };
    const scope = await scheduler(null, { POST: conflict });
    await expiryScheduleKind.ensure(spec, scope, undefined);
    expect(changing().map(({ operation }) => operation.split(' ')[0])).toEqual(['POST', 'PUT']);
  });

  it('of somebody else is known by its description', async () => {
    const scope = await scheduler({ ...standing, Description: 'nightly clean-up' });
    expect(await expiryScheduleKind.describe({ name: spec.name }, scope)).toMatchObject({ owner: null });
  });

  it('is gone where it has fired, and that is no failure', async () => {
    const gone = { status: 404, body: { __type: 'ResourceNotFoundException', Message: 'gone' } };
    const scope = await scheduler(null, { DELETE: gone });
    expect(await expiryScheduleKind.describe({ name: spec.name }, scope)).toBeUndefined();
    expect(await expiryScheduleKind.remove({ name: spec.name }, scope)).toBe('removed');
  });
});

describe('an expiry', () => {
  const names = namesFor('mlbench');
  const specs = (scaled: boolean) => {
    const states = new Map<unknown, unknown>();
    const declared = declareExpiry({ names, place, variantName: 'AllTraffic', scaled, atMs });
    return declared.map((resource) => {
      const made = resource.spec(resource.needs.map((need) => states.get(need)));
      states.set(resource, resource.kind.foresee?.(made, place));
      return { kind: resource.kind.kind, spec: made };
    });
  };

  it('frees the endpoint from autoscaling, and deletes it a minute later', () => {
    expect(specs(true)).toMatchObject([
      { kind: 'iam-role', spec: { name: 'mlbench-expiry-us-east-1' } },
      {
        spec: {
          name: 'mlbench-expiry-scaling',
          atMs,
          roleArn,
          call: {
            service: 'applicationautoscaling',
            action: 'deregisterScalableTarget',
            input: {
              ServiceNamespace: 'sagemaker',
              ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
              ResourceId: 'endpoint/mlbench/variant/AllTraffic',
            },
          },
        },
      },
      { spec: { ...spec, atMs: atMs + 60_000 } },
      { spec: { ...spec, name: 'mlbench-expiry-endpoint-again', atMs: atMs + 31 * 60_000 } },
    ]);
  });

  it('deletes one that is not scaled at once, and once more in case it was changing', () => {
    expect(specs(false)).toMatchObject([
      { kind: 'iam-role' },
      { spec },
      { spec: { name: 'mlbench-expiry-endpoint-again', atMs: atMs + 30 * 60_000 } },
    ]);
  });

  it('stands before the endpoint begins to cost, and is removed after it', () => {
    const stack: StackSpec = {
      names,
      place,
      variantName: 'AllTraffic',
      service: {
        model: { url: 's3://b/model.tar.gz' },
        image: { uri: 'i' },
        executionRoleArn: 'r',
        instanceType: 'ml.m5.large',
        instances: 1,
        fewestInstances: 1,
        logRetentionDays: null,
      },
      api: null,
      autoscaling: null,
      expiry: { atMs },
    };
    const { endpoint, all } = declareStack(stack);
    expect(endpoint.needs.map(({ kind }) => kind.kind)).toEqual(
      expect.arrayContaining(['iam-role', 'expiry-schedule']),
    );
    expect(all.map(({ kind }) => kind.kind).indexOf('expiry-schedule')).toBeLessThan(
      all.map(({ kind }) => kind.kind).indexOf('endpoint'),
    );
    const without = declareStack({ ...stack, expiry: null }).all.map(({ kind }) => kind.kind);
    expect(without).not.toContain('expiry-schedule');
  });
});
