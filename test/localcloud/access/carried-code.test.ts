import { describe, expect, it } from 'vitest';
import { Endpoints } from '../../../src/localcloud/sagemaker/endpoints/endpoints.ts';
import { sageMakerService } from '../../../src/localcloud/sagemaker/service.ts';
import { TagStore } from '../../../src/localcloud/sagemaker/tags/tag-store.ts';
import type { InstanceEvents, InstanceSpec } from '../../../src/localcloud/service/ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { roleArn } from '../support/cloud-fixture.ts';

const ownImage = 'mlbench-serving:0123456789ab';
const user = { isUser: true };
const stranger = { isUser: false };
const usersData = 's3://models/users.tar.gz';
const strangersData = 's3://models/strangers.tar.gz';

/** SageMaker alone, with instances that are ready as soon as they are started. */
function openSageMaker(runs: string | null = ownImage) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const account = { region: 'us-east-1', accountId: '000000000000' };
  const started: InstanceSpec[] = [];
  const running = new Map<string, InstanceEvents>();
  const endpoints = new Endpoints({
    account,
    clock,
    createTimeMs: 0,
    provisionTimeMs: 0,
    instanceQuota: 32,
    host: {
      start(spec, on) {
        started.push(spec);
        running.set(spec.instanceId, on);
        clock.after(1, on.ready);
      },
      stop: (instanceId) => clock.after(1, () => running.get(instanceId)?.ended()),
    },
  });
  const service = sageMakerService({
    account,
    clock,
    models: new Map(),
    configs: new Map(),
    endpoints,
    tags: new TagStore(),
    objectExists: () => true,
    isUsersObject: (uri) => uri === usersData,
    ownImage: runs,
  });
  const call = (caller: { isUser: boolean }, operation: string, input: object) =>
    service.find(operation)!.invoke(input, caller);
  return {
    clock,
    started,
    endpoints,
    call,
    createModel: (caller: { isUser: boolean }, Image: string, ModelDataUrl: string | undefined = usersData) =>
      call(caller, 'CreateModel', {
        ModelName: 'm',
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image, ...(ModelDataUrl === '' ? {} : { ModelDataUrl }) },
      }),
    createConfig: (EndpointConfigName: string) =>
      call(stranger, 'CreateEndpointConfig', {
        EndpointConfigName,
        ProductionVariants: [
          { VariantName: 'v', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
        ],
      }),
  };
}

const refused = (action: string) => ({
  code: 'AccessDeniedException',
  status: 403,
  message: expect.stringMatching(
    new RegExp(`perform: ${action} on .* AWS_SECRET_ACCESS_KEY .* mlbench local start$`),
  ),
});

describe('a model that carries code', () => {
  it('is brought by nobody but the user', async () => {
    const { createModel, call } = openSageMaker();
    for (const image of ['busybox', `${ownImage}0`, 'mlbench-serving:latest', '--privileged'])
      await expect(createModel(stranger, image)).rejects.toMatchObject(refused('sagemaker:CreateModel'));
    await expect(call(stranger, 'DescribeModel', { ModelName: 'm' })).rejects.toThrow('Could not find');
    await expect(createModel(user, 'busybox')).resolves.toBeDefined();
  });

  it('works on no data but those of the user', async () => {
    const { createModel } = openSageMaker();
    await expect(createModel(user, 'busybox', strangersData)).rejects.toMatchObject(refused('s3:GetObject'));
    await expect(createModel(user, 'busybox', '')).resolves.toBeDefined();
  });

  it('is started by nobody but the user, whoever made the rest', async () => {
    const { createModel, createConfig, call, clock, started, endpoints } = openSageMaker();
    await createModel(user, 'busybox');
    await createConfig('c');
    await createConfig('d');
    const create = { EndpointName: 'e', EndpointConfigName: 'c' };
    const update = { EndpointName: 'e', EndpointConfigName: 'd' };
    const scale = {
      EndpointName: 'e',
      DesiredWeightsAndCapacities: [{ VariantName: 'v', DesiredInstanceCount: 2 }],
    };
    for (const [operation, input, instances] of [
      ['CreateEndpoint', create, 1],
      ['UpdateEndpoint', update, 2],
      ['UpdateEndpointWeightsAndCapacities', scale, 3],
    ] as const) {
      await expect(call(stranger, operation, input)).rejects.toMatchObject(refused(`sagemaker:${operation}`));
      expect(started).toHaveLength(instances - 1);
      await call(user, operation, input);
      await clock.advance(60_000);
      expect(started).toHaveLength(instances);
    }
    expect(started.every(({ isUsers }) => isUsers)).toBe(true);
    // Scaling adds to what the user has started.
    endpoints.setDesiredInstanceCount('e', 'v', 3);
    expect(started).toHaveLength(4);
    await expect(call(stranger, 'DescribeEndpoint', { EndpointName: 'e' })).resolves.toBeDefined();
  });
});

describe('a model that carries none', () => {
  it.each([
    ['of the serving image, in a container', ownImage, ownImage],
    ['of whatever image, where instances are processes', 'busybox', null],
  ])('is anybody’s: %s', async (_what, image, runs) => {
    const { createModel, createConfig, call, started } = openSageMaker(runs);
    await createModel(stranger, image, strangersData);
    await createConfig('c');
    await call(stranger, 'CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    expect(started).toMatchObject([{ isUsers: false }]);
  });
});
