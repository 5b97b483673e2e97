import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../core/clock.ts';
import { type CloudClock, ObservedCloudClock } from '../core/cloud-time.ts';
import { createRandom, randomSeed } from '../core/random.ts';
import { type ObservedClient, observeCalls } from './client-middleware.ts';

/**
 * The SDK's clients of one target, each loaded when first asked for (13 clients imported eagerly cost `--help` 0.8 s).
 * Calls are retried (`retry.ts`) and fail with an `MlbenchError` (`cloud-errors.ts`; ask `isCloudError` for AWS's name).
 */
export interface CloudClients {
  readonly target: 'local' | 'aws';
  readonly region: string;
  /** The stand-in's URL; undefined on AWS. */
  readonly url: string | undefined;
  /** The cloud's clock; kept right by the header of every response. */
  readonly cloudClock: CloudClock;
  sagemaker(): Promise<SageMakerClient>;
  runtime(): Promise<SageMakerRuntimeClient>;
  autoscaling(): Promise<ApplicationAutoScalingClient>;
  cloudwatch(): Promise<CloudWatchClient>;
  s3(): Promise<S3Client>;
  sts(): Promise<STSClient>;
  accountId(): Promise<string>;
  /** Closes their connections. */
  close(): void;
}

export interface ClientsRequest {
  clock: Clock;
  signal: AbortSignal;
  region: string;
  /** Null: AWS. */
  standIn: { url: string; timeScale: number } | null;
  /** Of the shared AWS configuration; AWS only. */
  profile?: string;
  /** Calls in all before a transient failure is passed on. Default 5. */
  attempts?: number;
}

/** The stand-in accepts any; these are fixed so that nobody's real keys are sent to it. */
export const standInCredentials = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

export function createClients(request: ClientsRequest): CloudClients {
  const { clock, standIn, region } = request;
  const cloudClock = new ObservedCloudClock(clock, standIn?.timeScale ?? 1);
  const policy = {
    clock,
    signal: request.signal,
    random: createRandom(randomSeed()),
    attempts: request.attempts ?? 5,
  };
  const settings = {
    region,
    // Retries are ours (client-middleware.ts): on an injected clock, bounded, stopped by Ctrl-C.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 70_000 },
    ...(standIn ? { endpoint: standIn.url, credentials: standInCredentials } : {}),
    ...(request.profile && !standIn ? { profile: request.profile } : {}),
  };
  const opened: { destroy(): void }[] = [];
  const lazily = <Client extends ObservedClient & { destroy(): void }>(
    service: string,
    actions: string,
    load: () => Promise<Client>,
  ) => {
    let loading: Promise<Client> | undefined;
    return () => {
      loading ??= load().then((client) => {
        observeCalls(client, { service, actions, url: standIn?.url }, policy, cloudClock);
        opened.push(client);
        return client;
      });
      return loading;
    };
  };
  const sts = lazily('STS', 'sts', async () => {
    const { STSClient } = await import('@aws-sdk/client-sts');
    return new STSClient(settings);
  });
  let account: Promise<string> | undefined;
  return {
    target: standIn ? 'local' : 'aws',
    region,
    url: standIn?.url,
    cloudClock,
    sagemaker: lazily('SageMaker', 'sagemaker', async () => {
      const { SageMakerClient } = await import('@aws-sdk/client-sagemaker');
      return new SageMakerClient(settings);
    }),
    runtime: lazily('SageMaker Runtime', 'sagemaker', async () => {
      const { SageMakerRuntimeClient } = await import('@aws-sdk/client-sagemaker-runtime');
      return new SageMakerRuntimeClient(settings);
    }),
    autoscaling: lazily('Application Auto Scaling', 'application-autoscaling', async () => {
      const { ApplicationAutoScalingClient } = await import('@aws-sdk/client-application-auto-scaling');
      return new ApplicationAutoScalingClient(settings);
    }),
    cloudwatch: lazily('CloudWatch', 'cloudwatch', async () => {
      const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
      return new CloudWatchClient(settings);
    }),
    s3: lazily('S3', 's3', async () => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      return new S3Client({ ...settings, ...(standIn ? { forcePathStyle: true } : {}) });
    }),
    sts,
    accountId() {
      account ??= callerAccount(sts);
      return account;
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}

async function callerAccount(sts: () => Promise<STSClient>): Promise<string> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const { Account } = await (await sts()).send(new GetCallerIdentityCommand({}));
  return Account ?? '';
}
