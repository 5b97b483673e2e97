import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateModelCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { downOrphans } from '../../src/commands/down.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CommandContext, CommandEvent } from '../../src/experiment/context/context.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import type { Scope } from '../../src/resources/engine/resource.ts';
import { bucketKind, bucketName } from '../../src/resources/kinds/bucket/bucket.ts';
import { ecrRepositoryKind } from '../../src/resources/kinds/ecr-repository.ts';
import { endpointKind } from '../../src/resources/kinds/endpoint/endpoint.ts';
import { endpointConfigKind } from '../../src/resources/kinds/endpoint-config.ts';
import { expiryScheduleKind } from '../../src/resources/kinds/expiry-schedule.ts';
import { httpApiKind } from '../../src/resources/kinds/http-api/http-api.ts';
import { iamRoleKind, roleName } from '../../src/resources/kinds/iam-role/iam-role.ts';
import { namesFor } from '../../src/resources/kinds/kind/names.ts';
import { readLambdaBundle } from '../../src/resources/kinds/lambda-function/lambda-bundle.ts';
import { lambdaFunctionKind } from '../../src/resources/kinds/lambda-function/lambda-function.ts';
import { logGroupKind, logGroupName } from '../../src/resources/kinds/log-group.ts';
import { metricAlarmKind } from '../../src/resources/kinds/metric-alarm.ts';
import { modelKind } from '../../src/resources/kinds/model.ts';
import { scalableTargetKind } from '../../src/resources/kinds/scalable-target/scalable-target.ts';
import { scalingPolicyKind } from '../../src/resources/kinds/scaling-policy.ts';
import type { Orphan } from '../../src/resources/orphans/orphan.ts';
import { type CloudClients, createClients } from '../../src/resources/sdk/clients.ts';
import { awsAddress } from '../../src/resources/sdk/cloud-address.ts';
import { apiName } from '../../src/resources/stack/declare-api.ts';
import { type Moto, startMoto } from './moto.ts';

// What a lost ledger leaves in an account: found, shown and removed, in somebody else's AWS.

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));

let moto: Moto;
let clients: CloudClients;
let stateDir: string;
let events: CommandEvent[];

beforeAll(async () => {
  moto = await startMoto();
  // The SDK reads them where a client is made.
  Object.assign(process.env, moto.environment);
});
afterAll(() => moto?.stop());
beforeEach(async () => {
  // moto forgets everything.
  await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
  clients = createClients({ clock: systemClock, signal: never, cloud: awsAddress('us-east-1') });
  stateDir = mkdtempSync(join(tmpdir(), 'mlbench-orphans-'));
  events = [];
});
afterEach(() => {
  clients.close();
  rmSync(stateDir, { recursive: true });
});

const never = new AbortController().signal;
const context = (over: Partial<CommandContext> = {}): CommandContext => ({
  clock: systemClock,
  signal: never,
  emit: (event) => events.push(event),
  stateDir,
  ledger: openLedger(stateDir),
  experiment: 'mlbench',
  target: 'aws',
  region: 'us-east-1',
  interactive: false,
  ...over,
});

/** Everything of an experiment, as `up` makes it, and no ledger of it. */
async function makeExperiment(experiment: string): Promise<void> {
  const scope: Scope = { clients, clock: systemClock, signal: never, experiment, waiting: () => {} };
  const names = namesFor(experiment);
  const place = await clients.place();
  const allow = (Principal?: { Service: string }) => ({
    Version: '2012-10-17' as const,
    Statement: [
      {
        Effect: 'Allow' as const,
        Action: Principal ? 'sts:AssumeRole' : 'sagemaker:InvokeEndpoint',
        ...(Principal ? { Principal } : { Resource: '*' }),
      },
    ],
  });
  const { state: role } = await iamRoleKind.ensure(
    {
      name: roleName(names, 'evaluate', 'us-east-1'),
      description: 'a role',
      trust: allow({ Service: 'lambda.amazonaws.com' }),
      policy: allow(),
    },
    scope,
    undefined,
  );
  await bucketKind.ensure({ name: bucketName(names, place) }, scope, undefined);
  await ecrRepositoryKind.ensure({ name: names.of('serving') }, scope, undefined);
  const { state: logs } = await logGroupKind.ensure(
    { name: logGroupName.ofAccess(apiName(names)), retentionDays: 7 },
    scope,
    undefined,
  );
  const model = {
    name: names.madeOf(experiment),
    image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1',
    modelDataUrl: 's3://x/model.tar.gz',
    executionRoleArn: role.arn,
  };
  await modelKind.ensure(model, scope, undefined);
  const config = {
    name: names.madeOf(experiment),
    variantName: names.variant,
    modelName: model.name,
    instanceType: 'ml.m5.large',
    endpointName: names.endpoint,
    initialInstanceCount: 2,
  };
  await endpointConfigKind.ensure(config, scope, undefined);
  await endpointKind.ensure(
    {
      name: names.endpoint,
      configName: config.name,
      variantName: names.variant,
      instanceType: 'ml.m5.large',
      instances: 2,
      fewestInstances: 1,
    },
    scope,
    undefined,
  );
  const { state: target } = await scalableTargetKind.ensure(
    { endpointName: names.endpoint, variantName: names.variant, minCapacity: 1, maxCapacity: 4 },
    scope,
    undefined,
  );
  await scalingPolicyKind.ensure(
    {
      name: names.of('target-tracking'),
      resourceId: target.resourceId,
      policyType: 'TargetTrackingScaling',
      configuration: {
        TargetValue: 60,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
        },
      },
      assumed: {},
    },
    scope,
    undefined,
  );
  await metricAlarmKind.ensure(
    {
      name: `${experiment}-is-busy`,
      policyArn: `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/sagemaker/${target.resourceId}:policyName/steps`,
      definition: {
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocations',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      },
    },
    scope,
    undefined,
  );
  const { state: lambda } = await lambdaFunctionKind.ensure(
    {
      name: apiName(names),
      roleArn: role.arn,
      bundle: readLambdaBundle(),
      environment: {},
      timeoutSeconds: 29,
      memoryMb: 256,
    },
    scope,
    undefined,
  );
  await httpApiKind.ensure(
    {
      name: apiName(names),
      functionArn: lambda.arn,
      accessLogGroupArn: logs.arn,
      throttle: { rateRps: 10, burst: 10 },
    },
    scope,
    undefined,
  );
  await expiryScheduleKind.ensure(
    {
      name: names.of('expiry-endpoint'),
      atMs: systemClock.nowMs() + 3_600_000,
      roleArn: role.arn,
      call: { service: 'sagemaker', action: 'deleteEndpoint', input: { EndpointName: names.endpoint } },
    },
    scope,
    undefined,
  );
}

const allKinds = [
  'bucket',
  'ecr-repository',
  'endpoint',
  'endpoint-config',
  'expiry-schedule',
  'http-api',
  'iam-role',
  'lambda-function',
  'log-group',
  'metric-alarm',
  'model',
  'scalable-target',
  'scaling-policy',
];

const kindsOf = (found: readonly { kind: string; experiment?: string }[], experiment?: string) =>
  found
    .filter((one) => experiment === undefined || one.experiment === experiment)
    .map(({ kind }) => kind)
    .sort();

it('finds all that two lost experiments left, shows it, removes it and proves it gone', async () => {
  await makeExperiment('lost');
  await makeExperiment('mlbench');
  let shown: readonly Orphan[] = [];
  const outcome = await downOrphans(null, context(), async (found) => {
    shown = found;
  });
  expect(kindsOf(shown, 'lost')).toEqual(allKinds);
  expect(kindsOf(shown, 'mlbench')).toEqual(allKinds);
  expect(shown.find(({ kind }) => kind === 'endpoint')).toMatchObject({
    hourlyUsd: expect.closeTo(0.23),
    createdAtMs: expect.any(Number),
  });
  expect(outcome).toMatchObject({ exitCode: 0, left: [], notSearched: [] });
  expect(outcome.removed).toHaveLength(2 * allKinds.length);
  // Endpoints go before what they are made of, roles after all that use them.
  const order = outcome.removed.slice(0, allKinds.length).map(({ kind }) => kind);
  expect(order.indexOf('endpoint')).toBeLessThan(order.indexOf('endpoint-config'));
  expect(order.indexOf('scalable-target')).toBeLessThan(order.indexOf('endpoint'));
  expect(order.indexOf('lambda-function')).toBeLessThan(order.indexOf('iam-role'));
  expect(order.at(-1)).toBe('log-group');
  const again = await downOrphans(null, context(), async () => {
    throw new Error('nothing was to be found');
  });
  expect(again).toMatchObject({ exitCode: 0, found: [], removed: [] });
  expect(openLedger(stateDir).read().experiments).toEqual({});
});

it('takes one experiment alone where it is named, and nothing that is on record or not tagged', async () => {
  await makeExperiment('lost');
  await makeExperiment('kept');
  const names = namesFor('lost');
  await (await clients.sagemaker()).send(
    new CreateModelCommand({
      ModelName: 'mlbench-of-somebody',
      ExecutionRoleArn: 'arn:aws:iam::123456789012:role/x',
      PrimaryContainer: { Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1' },
    }),
  );
  openLedger(stateDir).update((ledger) => {
    ledger.experiments['lost'] = {
      target: 'aws',
      region: 'us-east-1',
      createdAt: new Date(0).toISOString(),
      options: {},
      resources: [
        {
          kind: 'ecr-repository',
          name: names.of('serving'),
          state: 'present',
          identifiers: { name: names.of('serving') },
          createdAt: new Date(0).toISOString(),
        },
      ],
    };
  });
  const outcome = await downOrphans('lost', context(), async () => {});
  expect(kindsOf(outcome.found)).toEqual(allKinds.filter((kind) => kind !== 'ecr-repository'));
  expect(outcome).toMatchObject({ exitCode: 0, left: [] });
  let left: readonly Orphan[] = [];
  await downOrphans(null, context(), async (found) => {
    left = found;
    throw new Error('leave it be');
  }).catch(() => {});
  expect(new Set(left.map(({ experiment }) => experiment))).toEqual(new Set(['kept']));
  expect(openLedger(stateDir).read().experiments['lost']?.resources).toHaveLength(1);
});

it('tells that the search by tag failed, and goes by each service instead', async () => {
  await makeExperiment('lost');
  const broken = createServer((_, response) => response.writeHead(403).end('<html>no</html>'));
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const variable = 'AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API';
  process.env[variable] = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  try {
    const { found, exitCode } = await downOrphans(null, context(), async () => {});
    const warnings = events.flatMap((event) => (event.type === 'notice' ? event.message : []));
    expect(warnings).toEqual([expect.stringContaining('the search by tag failed')]);
    expect([kindsOf(found), exitCode]).toEqual([allKinds, 0]);
  } finally {
    delete process.env[variable];
    await new Promise((resolve) => broken.close(resolve));
  }
});

it('finds by its tag what has a name of its own', async () => {
  const scope: Scope = { clients, clock: systemClock, signal: never, experiment: 'lost', waiting: () => {} };
  await logGroupKind.ensure(
    { name: '/aws/sagemaker/Endpoints/penguins', retentionDays: 7 },
    scope,
    undefined,
  );
  const { found, removed } = await downOrphans('lost', context(), async () => {});
  expect(found).toMatchObject([{ kind: 'log-group', name: '/aws/sagemaker/Endpoints/penguins' }]);
  expect(removed).toHaveLength(1);
});

it('removes nothing without consent', async () => {
  await makeExperiment('lost');
  const refused = downOrphans(null, context(), async () => {
    throw new Error('no');
  });
  await expect(refused).rejects.toThrow('no');
  expect(openLedger(stateDir).read().experiments).toEqual({});
});

it('goes on where it was interrupted', async () => {
  await makeExperiment('lost');
  const abort = new AbortController();
  const first = await downOrphans(
    null,
    context({
      signal: abort.signal,
      emit(event) {
        if (event.type === 'resource-done' && event.kind === 'endpoint') abort.abort(new Error('Ctrl-C'));
      },
    }),
    async () => {},
  );
  expect(first.exitCode).toBe(130);
  expect(kindsOf(first.left)).toContain('endpoint-config');
  const key = '~orphans/123456789012/us-east-1/lost';
  expect(openLedger(stateDir).read().experiments[key]?.resources.length).toBe(first.left.length);
  const second = await downOrphans(null, context(), async () => {});
  expect(second).toMatchObject({ exitCode: 0, left: [] });
  expect(second.removed).toHaveLength(first.left.length);
  expect(openLedger(stateDir).read().experiments).toEqual({});
});

it('goes on after it was killed', async () => {
  await makeExperiment('lost');
  const args = [launcher, 'down', '--target', 'aws', '--orphans', '--yes', '--state-dir', stateDir];
  const run = (killAfter: number) =>
    new Promise<{ exitCode: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, args, { cwd: stateDir, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      const onData = (chunk: Buffer) => {
        output += chunk;
        if (output.split('\n').filter((line) => line.startsWith('✔')).length >= killAfter)
          child.kill('SIGKILL');
      };
      child.stdout.on('data', onData);
      child.stderr.on('data', onData);
      child.once('close', (exitCode) => resolve({ exitCode, output }));
    });
  expect((await run(3)).exitCode).toBeNull();
  expect((await run(2)).exitCode).toBeNull();
  const last = await run(Number.POSITIVE_INFINITY);
  expect(last.output).toContain('nothing is left of them');
  expect(last.exitCode).toBe(0);
  const { found } = await downOrphans(null, context(), async () => {});
  expect(found).toEqual([]);
});
