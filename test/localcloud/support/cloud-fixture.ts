import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  type ProductionVariant,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { systemClock } from '../../../src/core/clock.ts';
import { type Cloud, createCloud } from '../../../src/localcloud/cloud.ts';
import { defaultStandInOptions, type StandInOptions } from '../../../src/localcloud/options.ts';
import { eventually } from '../../support/eventually.ts';
import { tinyModelArchive } from './tiny-model.ts';

export const roleArn = 'arn:aws:iam::000000000000:role/mlbench';
/** Of the user whose stand-in it is. */
const ownerKey = { accessKeyId: 'MLBENCHOWNER', secretAccessKey: 'the/owner+secret' };
export const credentials = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

export interface CloudFixture {
  cloud: Cloud;
  folder: string;
  logged: string[];
  sagemaker: SageMakerClient;
  runtime: SageMakerRuntimeClient;
  s3: S3Client;
  /** A bucket with a model in it, and the model, config and endpoint made of it; not waited for. */
  createEndpoint(name: string, variants?: Partial<ProductionVariant>[], model?: Uint8Array): Promise<void>;
  until(
    endpointName: string,
    condition: (endpoint: DescribeEndpointCommandOutput) => boolean,
  ): Promise<DescribeEndpointCommandOutput>;
  close(): Promise<void>;
}

/** A stand-in in this process: fast clock, instances as fast as they start, unless asked otherwise. */
export async function openCloud(options: Partial<StandInOptions> = {}): Promise<CloudFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-cloud-'));
  const logged: string[] = [];
  const cloud = await createCloud(
    { ...defaultStandInOptions, timeScale: 60, provisionTimeMs: 0, ...options },
    {
      clock: systemClock,
      folder,
      identity: { instanceId: 'test', pid: process.pid, version: '0' },
      containers: null,
      ownerKey,
      log: (line) => logged.push(line),
    },
  );
  const client = { endpoint: cloud.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const sagemaker = new SageMakerClient(client);
  const runtime = new SageMakerRuntimeClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  let uploaded = false;

  return {
    cloud,
    folder,
    logged,
    sagemaker,
    runtime,
    s3,
    async createEndpoint(name, variants = [{}], model = tinyModelArchive()) {
      if (!uploaded) await s3.send(new CreateBucketCommand({ Bucket: 'models' }));
      uploaded = true;
      await s3.send(new PutObjectCommand({ Bucket: 'models', Key: `${name}/model.tar.gz`, Body: model }));
      await sagemaker.send(
        new CreateModelCommand({
          ModelName: name,
          ExecutionRoleArn: roleArn,
          PrimaryContainer: { Image: 'serving:latest', ModelDataUrl: `s3://models/${name}/model.tar.gz` },
        }),
      );
      await sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: variants.map((variant, index) => ({
            VariantName: `variant-${index + 1}`,
            ModelName: name,
            InitialInstanceCount: 1,
            InstanceType: 'ml.m5.large',
            ...variant,
          })),
        }),
      );
      await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    },
    async until(endpointName, condition) {
      let endpoint: DescribeEndpointCommandOutput | undefined;
      await eventually(
        () => `${endpointName} gets there; the stand-in says:\n${logged.join('\n')}`,
        async () => {
          endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
          return condition(endpoint);
        },
      );
      return endpoint!;
    },
    async close() {
      for (const one of [sagemaker, runtime, s3]) one.destroy();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function inService(endpoint: DescribeEndpointCommandOutput): boolean {
  return endpoint.EndpointStatus === 'InService';
}
