import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type EndpointStatus,
  ListEndpointsCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type CloudFixture, inService, openCloud } from './support/cloud-fixture.ts';

let fixture: CloudFixture;

beforeAll(async () => {
  fixture = await openCloud();
  await fixture.createEndpoint('penguins');
});

afterAll(() => fixture.close());

const invoke = (body = '[[1.5, 2.5]]') =>
  fixture.runtime.send(
    new InvokeEndpointCommand({ EndpointName: 'penguins', ContentType: 'application/json', Body: body }),
  );

const capacity = (count: number) =>
  fixture.sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: 'penguins',
      DesiredWeightsAndCapacities: [{ VariantName: 'variant-1', DesiredInstanceCount: count }],
    }),
  );

describe('an endpoint', () => {
  test('is Creating, then InService, and answers with what its model says', async () => {
    const creating = await fixture.until('penguins', () => true);
    expect(creating.EndpointStatus).toBe('Creating');
    const endpoint = await fixture.until('penguins', inService);
    expect(endpoint.ProductionVariants).toMatchObject([
      { VariantName: 'variant-1', CurrentInstanceCount: 1, DesiredInstanceCount: 1, CurrentWeight: 1 },
    ]);
    const answer = await invoke();
    expect(answer.InvokedProductionVariant).toBe('variant-1');
    expect(JSON.stringify(JSON.parse(answer.Body.transformToString()))).toContain('1.5');
  });

  test('shows what it wants at once and what it has as instances come, and refuses changes meanwhile', async () => {
    await capacity(2);
    await expect(capacity(3)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Cannot update in-progress endpoint ".*penguins"\.$/),
    });
    const updating = await fixture.until('penguins', () => true);
    expect(updating).toMatchObject({
      EndpointStatus: 'Updating',
      ProductionVariants: [{ CurrentInstanceCount: 1, DesiredInstanceCount: 2 }],
    });
    const listed = async (StatusEquals: EndpointStatus) =>
      (await fixture.sagemaker.send(new ListEndpointsCommand({ StatusEquals }))).Endpoints?.length;
    expect([await listed('Updating'), await listed('Failed')]).toEqual([1, 0]);
    const scaled = await fixture.until('penguins', inService);
    expect(scaled.ProductionVariants?.[0]?.CurrentInstanceCount).toBe(2);
  });

  test('replaces an instance that crashes', async () => {
    const { children } = await instanceProcesses();
    const [victim] = children;
    process.kill(victim!, 'SIGKILL');
    await eventually('it is replaced', async () => {
      const now = (await instanceProcesses()).children;
      return now.length === 2 && !now.includes(victim!);
    });
    await expect(invoke()).resolves.toBeDefined();
  });

  test('is gone once deleted, with all its processes and files', async () => {
    await fixture.until('penguins', inService);
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'penguins' }));
    await expect(fixture.until('penguins', () => false)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/penguins".',
    });
    expect((await instanceProcesses()).children).toEqual([]);
    const left = readdirSync(join(fixture.folder, 'instances')).filter((name) => name.startsWith('penguins'));
    expect(left).toEqual([]);
    await expect(invoke()).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint penguins of account 000000000000 not found.',
    });
    await expect(
      fixture.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'penguins' })),
    ).rejects.toThrow(/Could not find endpoint/);
  });
});

/** This process's children that serve this stand-in's models. */
async function instanceProcesses(): Promise<{ children: number[] }> {
  const { readFileSync } = await import('node:fs');
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(fixture.folder);
      } catch {
        return false;
      }
    });
  return { children };
}
