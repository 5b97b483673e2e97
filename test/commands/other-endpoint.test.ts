import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type ProductionVariant,
  SageMakerClient,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { load } from '../../src/commands/load.ts';
import { up } from '../../src/commands/up.ts';
import { makeStateFolder, type StateFolder } from './state-folder.ts';

let folder: StateFolder;
let standInUrl: string;

function variant(name: string, modelName: string, instances: number, weight: number): ProductionVariant {
  return {
    VariantName: name,
    ModelName: modelName,
    InstanceType: 'ml.m5.large',
    InitialInstanceCount: instances,
    InitialVariantWeight: weight,
  };
}

beforeAll(async () => {
  folder = makeStateFolder();
  const outcome = await up({ api: false, autoscaling: false }, folder.context());
  standInUrl = outcome.standInUrl ?? '';
  const modelName = outcome.resources.find(({ kind }) => kind === 'model')?.name ?? '';
  const client = new SageMakerClient({
    endpoint: standInUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const variants = [variant('blue', modelName, 1, 1), variant('green', modelName, 2, 3)];
  await client.send(
    new CreateEndpointConfigCommand({ EndpointConfigName: 'theirs', ProductionVariants: variants }),
  );
  await client.send(new CreateEndpointCommand({ EndpointName: 'theirs', EndpointConfigName: 'theirs' }));
  const waiting = { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  await waitUntilEndpointInService(waiting, { EndpointName: 'theirs' });
  client.destroy();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => folder.dispose());

describe('an endpoint that another SDK made on the stand-in', () => {
  const options = { endpointName: 'theirs', users: 2, durationMs: 1_000 };
  const asWatched = { kind: 'runtime', endpointName: 'theirs' };

  it('is loaded while the instances of its heaviest variant are watched', async () => {
    const { exitCode, result } = await load(options, folder.context());
    expect({ exitCode, target: result.target }).toMatchObject({ exitCode: 0, target: asWatched });
    expect(result.scaling).toMatchObject({ capacityEmulated: true, instances: { atStart: 2, max: 2 } });
  });

  it('needs no credentials where AWS_ENDPOINT_URL names that same stand-in', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', `${standInUrl}/`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    const { exitCode, result } = await load(options, folder.context());
    expect(exitCode).toBe(0);
    expect(result.scaling).toMatchObject({ instances: { atStart: 2 } });
  });
});
