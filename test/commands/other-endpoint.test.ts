import { join } from 'node:path';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type ProductionVariant,
  SageMakerClient,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { invoke } from '../../src/commands/invoke.ts';
import { load } from '../../src/commands/load.ts';
import { up } from '../../src/commands/up.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
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
  const body = `@${join(packageRoot, 'model', 'sample-request.json')}`;
  const options = { endpointName: 'theirs', users: 2, durationMs: 1_000, body };
  const asWatched = { kind: 'runtime', endpointName: 'theirs' };

  it('is loaded while the instances of its heaviest variant are watched', async () => {
    const { exitCode, result } = await load(options, folder.context());
    expect({ exitCode, target: result.target }).toMatchObject({ exitCode: 0, target: asWatched });
    expect(result.scaling).toMatchObject({ capacityEmulated: true, instances: { atStart: 2, max: 2 } });
  });

  it('wants a body: nobody but its owner knows what it takes. That of an experiment is known', async () => {
    const without = { endpointName: 'theirs', users: 1, maxRequests: 1 };
    const message = 'nobody but you knows a valid request for the endpoint theirs';
    const refusal = { code: 'no-body', message, exitCode: 2 };
    await expect(load(without, folder.context())).rejects.toMatchObject(refusal);
    await expect(invoke(without, folder.context())).rejects.toMatchObject(refusal);
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    await expect(load(without, folder.context())).rejects.toMatchObject(refusal);
    vi.unstubAllEnvs();
    const own = await invoke({ endpointName: 'mlbench' }, folder.context({ experiment: 'other' }));
    expect(own).toMatchObject({ status: 200, sent: { from: 'file' } });
  });

  it('needs no credentials where AWS_ENDPOINT_URL names that same stand-in', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', `${standInUrl}/`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    const { exitCode, result } = await load(options, folder.context());
    expect(exitCode).toBe(0);
    expect(result.scaling).toMatchObject({ instances: { atStart: 2 } });
  });
});
