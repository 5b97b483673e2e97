import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteTagsCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  ListTagsCommand,
  type ProductionVariant,
  ProductionVariantInstanceType,
  paginateListModels,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CloudFixture, openCloud, roleArn } from '../support/cloud-fixture.ts';

let fixture: CloudFixture;

beforeAll(async () => {
  fixture = await openCloud();
});

afterAll(() => fixture.close());

const arn = (rest: string) => `arn:aws:sagemaker:us-east-1:000000000000:${rest}`;

const createModel = (name: string, container: object = { Image: 'serving' }) =>
  fixture.sagemaker.send(
    new CreateModelCommand({ ModelName: name, PrimaryContainer: container, ExecutionRoleArn: roleArn }),
  );

const createConfig = (name: string, variants: object[]) =>
  fixture.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: variants as ProductionVariant[],
    }),
  );

const variant = {
  VariantName: 'v',
  ModelName: 'shown',
  InitialInstanceCount: 1,
  InstanceType: 'ml.m5.large',
};

describe('a model', () => {
  test('is described as it was created', async () => {
    const { ModelArn } = await createModel('shown', { Image: 'serving', Environment: { KEY: 'value' } });
    expect(ModelArn).toBe(arn('model/shown'));
    const described = await fixture.sagemaker.send(new DescribeModelCommand({ ModelName: 'shown' }));
    expect(described).toMatchObject({
      ModelName: 'shown',
      ExecutionRoleArn: roleArn,
      PrimaryContainer: { Image: 'serving', Environment: { KEY: 'value' } },
      CreationTime: expect.any(Date),
    });
  });

  test('cannot be created twice', async () => {
    await expect(createModel('shown')).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Cannot create already existing model "${arn('model/shown')}".`,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('needs its data to be there', async () => {
    await expect(
      createModel('nowhere', { Image: 'serving', ModelDataUrl: 's3://nowhere/model.tar.gz' }),
    ).rejects.toThrow(/^Could not access model data at s3:\/\/nowhere\/model.tar.gz\./);
  });

  test('with a bad name is refused in words of AWS', async () => {
    await expect(createModel('bad_name')).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'bad_name' at 'modelName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$",
    });
  });

  test('that is not there is a validation error, never a 404', async () => {
    for (const command of [
      new DescribeModelCommand({ ModelName: 'gone' }),
      new DeleteModelCommand({ ModelName: 'gone' }),
    ]) {
      await expect(fixture.sagemaker.send(command as DescribeModelCommand)).rejects.toMatchObject({
        name: 'ValidationException',
        message: `Could not find model "${arn('model/gone')}".`,
        $metadata: { httpStatusCode: 400 },
      });
    }
  });
});

describe('an endpoint configuration', () => {
  test('is described as it was created, and weighs 1 unless told', async () => {
    await createConfig('shown', [
      { ...variant, RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' } },
    ]);
    const command = new DescribeEndpointConfigCommand({ EndpointConfigName: 'shown' });
    expect(await fixture.sagemaker.send(command)).toMatchObject({
      ProductionVariants: [
        {
          ...variant,
          InitialVariantWeight: 1,
          RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
        },
      ],
    });
  });

  test('takes every instance type that hosts endpoints', async () => {
    await createModel('hosted');
    for (const InstanceType of Object.values(ProductionVariantInstanceType)) {
      await createConfig('hosted', [{ ...variant, ModelName: 'hosted', InstanceType }]);
      const one = { EndpointConfigName: 'hosted' };
      const { ProductionVariants } = await fixture.sagemaker.send(new DescribeEndpointConfigCommand(one));
      expect(ProductionVariants?.[0]?.InstanceType).toBe(InstanceType);
      await fixture.sagemaker.send(new DeleteEndpointConfigCommand(one));
    }
    await fixture.sagemaker.send(new DeleteModelCommand({ ModelName: 'hosted' }));
  });

  test.each<[string, object[], RegExp]>([
    ['no variant', [], /'productionVariants' failed to satisfy constraint: Member must have length greater/],
    ['eleven variants', Array(11).fill(variant), /Member must have length less than or equal to 10/],
    [
      'an unknown instance type',
      [{ ...variant, InstanceType: 'ml.huge' }],
      /Value 'ml.huge' at 'productionVariants.1.member.instanceType' .* enum value set: \[ml.t2.medium/,
    ],
    [
      'no instance',
      [{ ...variant, InitialInstanceCount: 0 }],
      /Member must have value greater than or equal to 1/,
    ],
    ['an unknown model', [{ ...variant, ModelName: 'gone' }], /^Could not find model ".*model\/gone"\.$/],
    ['the same variant twice', [variant, variant], /"v" is used more than once/],
  ])('with %s is refused', async (_what, variants, message) => {
    await expect(createConfig('refused', variants)).rejects.toThrow(message);
  });

  test('that is not there is a validation error', async () => {
    const message = `Could not find endpoint configuration "${arn('endpoint-config/gone')}".`;
    await expect(
      fixture.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'gone' })),
    ).rejects.toThrow(message);
    await expect(
      fixture.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'gone' })),
    ).rejects.toThrow(message);
  });

  test('that wants more instances than the quota makes no endpoint', async () => {
    await createConfig('huge', [{ ...variant, InitialInstanceCount: 33 }]);
    await expect(
      fixture.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'huge' })),
    ).rejects.toMatchObject({
      name: 'ResourceLimitExceeded',
      message: expect.stringMatching(
        /^The account-level service limit 'ml.m5.large for endpoint usage' is 32 Instances, with current utilization of 0 Instances and a request delta of 33 Instances\./,
      ),
    });
  });
});

describe('a list', () => {
  test('comes in pages, filtered and sorted as asked', async () => {
    for (const name of ['list-c', 'list-a', 'list-b', 'other']) await createModel(name);
    const names: (string | undefined)[] = [];
    const pages = paginateListModels(
      { client: fixture.sagemaker, pageSize: 2 },
      { NameContains: 'list-', SortBy: 'Name', SortOrder: 'Ascending' },
    );
    for await (const page of pages) names.push(...(page.Models ?? []).map(({ ModelName }) => ModelName));
    expect(names).toEqual(['list-a', 'list-b', 'list-c']);
  });

  test('skips nothing when what it showed is deleted meanwhile', async () => {
    const query = { NameContains: 'list-', SortBy: 'Name', SortOrder: 'Ascending', MaxResults: 1 } as const;
    const first = await fixture.sagemaker.send(new ListModelsCommand(query));
    await fixture.sagemaker.send(new DeleteModelCommand({ ModelName: 'list-a' }));
    const second = await fixture.sagemaker.send(
      new ListModelsCommand({ ...query, NextToken: first.NextToken }),
    );
    expect(second.Models?.[0]?.ModelName).toBe('list-b');
  });

  test('can be bounded by creation time', async () => {
    const later = new Date(Date.now() + 86_400_000);
    const none = await fixture.sagemaker.send(new ListEndpointConfigsCommand({ CreationTimeAfter: later }));
    const some = await fixture.sagemaker.send(new ListEndpointConfigsCommand({ CreationTimeBefore: later }));
    expect([none.EndpointConfigs, some.EndpointConfigs?.length]).toEqual([[], 2]);
  });

  test('refuses a token that it did not give', async () => {
    await expect(fixture.sagemaker.send(new ListModelsCommand({ NextToken: 'guess' }))).rejects.toThrow(
      /Invalid pagination token/,
    );
  });
});

describe('tags', () => {
  test('are added, replaced, listed and deleted', async () => {
    const ResourceArn = arn('model/shown');
    const send = fixture.sagemaker.send.bind(fixture.sagemaker);
    await send(
      new AddTagsCommand({
        ResourceArn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'a', Value: '3' }] }));
    await send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['b'] }));
    expect((await send(new ListTagsCommand({ ResourceArn }))).Tags).toEqual([{ Key: 'a', Value: '3' }]);
    await expect(send(new ListTagsCommand({ ResourceArn: arn('model/gone') }))).rejects.toThrow(
      /Could not find/,
    );
  });
});
