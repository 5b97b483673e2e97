import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { isAlive } from '../../src/core/processes/processes.ts';
import { defaultStandInOptions } from '../../src/localcloud/options.ts';
import { findStandIn, startStandIn, stopStandIn } from '../../src/localcloud/process.ts';
import { eventually } from '../support/eventually.ts';
import { credentials, roleArn } from './support/cloud-fixture.ts';
import { tinyModelArchive } from './support/tiny-model.ts';

let stateDir: string;
const clock = systemClock;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'mlbench-stand-in-'));
});

afterEach(async () => {
  await stopStandIn(stateDir, { clock });
  rmSync(stateDir, { recursive: true, force: true });
});

const start = (options = {}) =>
  startStandIn(
    stateDir,
    { ...defaultStandInOptions, ...options },
    { clock, startedBy: 'up', containers: null },
  );

describe('the stand-in as a background process', () => {
  test('is found again by whoever asks with the same options, and refused with others', async () => {
    const first = await start();
    expect(first).toMatchObject({ started: true, standIn: { startedBy: 'up', healthy: true } });
    expect(await start()).toEqual({ ...first, started: false });
    expect(await findStandIn(stateDir)).toEqual(first.standIn);
    await expect(start({ timeScale: 1 })).rejects.toMatchObject({
      message: `the stand-in already runs (pid ${first.standIn.pid}) with --time-scale 20, not 1`,
      exitCode: 2,
    });
    await expect(start({ port: 1 })).rejects.toMatchObject({ exitCode: 2 });
    expect(await stopStandIn(stateDir, { clock })).toBe('stopped');
    expect(await findStandIn(stateDir)).toBeUndefined();
  });

  test('takes its instances with it, however it ends', async () => {
    const { standIn } = await start();
    await serveModel(standIn.url);
    expect(instancePids()).toHaveLength(1);
    process.kill(standIn.pid, 'SIGKILL');
    await untilNoInstances();

    const again = await start();
    expect(again.started).toBe(true);
    await serveModel(again.standIn.url);
    expect(await stopStandIn(stateDir, { clock })).toBe('stopped');
    expect(instancePids()).toEqual([]);
  });

  test('is left alone by one whose place it took', async () => {
    const { standIn: old } = await start();
    rmSync(join(stateDir, 'local', 'process.json'));
    const { standIn } = await start();
    expect(standIn.pid).not.toBe(old.pid);
    await untilEnded(old.pid);
    await serveModel(standIn.url);
    expect(instancePids()).toHaveLength(1);
  });
});

async function untilEnded(pid: number): Promise<void> {
  await eventually(`process ${pid} ends`, () => !isAlive(pid));
}

async function serveModel(url: string): Promise<void> {
  const client = { endpoint: url, region: 'us-east-1', credentials };
  const s3 = new S3Client(client);
  const sagemaker = new SageMakerClient(client);
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }));
  await s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'model.tar.gz', Body: tinyModelArchive() }));
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'm',
      ExecutionRoleArn: roleArn,
      PrimaryContainer: { Image: 'serving', ModelDataUrl: 's3://models/model.tar.gz' },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'c',
      ProductionVariants: [
        { VariantName: 'v', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }));
  await eventually('the endpoint is in service', async () => {
    const { EndpointStatus } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'e' }));
    return EndpointStatus === 'InService';
  });
  s3.destroy();
  sagemaker.destroy();
}

/** Processes that have this state folder in their environment: the instances' own folders lie in it. */
function instancePids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SM_MODEL_DIR=${stateDir}`);
      } catch {
        return false;
      }
    });
}

async function untilNoInstances(): Promise<void> {
  await eventually('the instances end with the stand-in', () => instancePids().length === 0);
}
