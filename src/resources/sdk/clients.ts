import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { PricingClient } from '@aws-sdk/client-pricing';
import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../core/clock.ts';
import { type CloudClock, ObservedCloudClock } from '../../core/cloud-time.ts';
import { createRandom, randomSeed } from '../../core/random.ts';
import { type ObservedClient, observeCalls } from './client-middleware.ts';
import { awsTraits, type CloudTraits, standInTraits } from './cloud-traits.ts';
import type { Place } from './place.ts';

/**
 * The SDK's clients of one target, each loaded when first asked for (13 clients imported eagerly cost `--help` 0.8 s).
 * Calls are retried (`retry.ts`) and fail with an `MlbenchError` (`cloud-errors.ts`; ask `isCloudError` for AWS's name).
 */
export interface CloudClients {
  readonly traits: CloudTraits;
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
  ecr(): Promise<ECRClient>;
  iam(): Promise<IAMClient>;
  lambda(): Promise<LambdaClient>;
  apiGateway(): Promise<ApiGatewayV2Client>;
  logs(): Promise<CloudWatchLogsClient>;
  scheduler(): Promise<SchedulerClient>;
  tagging(): Promise<ResourceGroupsTaggingAPIClient>;
  quotas(): Promise<ServiceQuotasClient>;
  pricing(): Promise<PricingClient>;
  /** The caller's account and where it is; asked once. */
  place(): Promise<Place>;
  /** Closes their connections. */
  close(): void;
}

export interface ClientsRequest {
  clock: Clock;
  signal: AbortSignal;
  region: string;
  /** Null: AWS. */
  standIn: { url: string; timeScale: number } | null;
  /** Calls in all before a transient failure is passed on. Default 5. */
  attempts?: number;
  /** How long a server may say nothing in the middle of a call. Default 70 s: a model may take 60. */
  silenceMs?: number;
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
  const settings: ClientSettings = {
    region,
    // Retries are ours (client-middleware.ts): on an injected clock, bounded, stopped by Ctrl-C.
    maxAttempts: 1,
    // Not `requestTimeout`: past it the SDK only warns, and a call that nobody answers would never end.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: request.silenceMs ?? 70_000 },
    ...(standIn ? { endpoint: standIn.url, credentials: standInCredentials } : {}),
  };
  const opened: { destroy(): void }[] = [];
  const lazily: Lazily = (service, actions, load) => {
    let loading: ReturnType<typeof load> | undefined;
    return () => {
      loading ??= load().then((client) => {
        observeCalls(client, { service, actions, url: standIn?.url }, policy, cloudClock);
        opened.push(client);
        return client;
      });
      return loading;
    };
  };
  const services = serviceClients(lazily, settings, standIn !== null);
  let place: Promise<Place> | undefined;
  return {
    traits: standIn ? standInTraits(standIn.timeScale) : awsTraits,
    region,
    url: standIn?.url,
    cloudClock,
    ...services,
    place() {
      place ??= callerPlace(services.sts, region);
      return place;
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}

/** What every client is made with. */
interface ClientSettings {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; socketTimeout: number };
  endpoint?: string;
  credentials?: typeof standInCredentials;
}

/** Makes a client when it is first asked for. */
type Lazily = <Client extends ObservedClient & { destroy(): void }>(
  service: string,
  actions: string,
  load: () => Promise<Client>,
) => () => Promise<Client>;

/** One entry a service: its name in messages, the prefix of its IAM actions, and its client. */
function serviceClients(lazily: Lazily, settings: ClientSettings, onStandIn: boolean) {
  return {
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
      return new S3Client({ ...settings, ...(onStandIn ? { forcePathStyle: true } : {}) });
    }),
    sts: lazily('STS', 'sts', async () => {
      const { STSClient } = await import('@aws-sdk/client-sts');
      return new STSClient(settings);
    }),
    ecr: lazily('ECR', 'ecr', async () => {
      const { ECRClient } = await import('@aws-sdk/client-ecr');
      return new ECRClient(settings);
    }),
    iam: lazily('IAM', 'iam', async () => {
      const { IAMClient } = await import('@aws-sdk/client-iam');
      return new IAMClient(settings);
    }),
    lambda: lazily('Lambda', 'lambda', async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda');
      return new LambdaClient(settings);
    }),
    apiGateway: lazily('API Gateway', 'apigateway', async () => {
      const { ApiGatewayV2Client } = await import('@aws-sdk/client-apigatewayv2');
      return new ApiGatewayV2Client(settings);
    }),
    logs: lazily('CloudWatch Logs', 'logs', async () => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
      return new CloudWatchLogsClient(settings);
    }),
    scheduler: lazily('EventBridge Scheduler', 'scheduler', async () => {
      const { SchedulerClient } = await import('@aws-sdk/client-scheduler');
      return new SchedulerClient(settings);
    }),
    tagging: lazily('Resource Groups Tagging', 'tag', async () => {
      const { ResourceGroupsTaggingAPIClient } = await import('@aws-sdk/client-resource-groups-tagging-api');
      return new ResourceGroupsTaggingAPIClient(settings);
    }),
    quotas: lazily('Service Quotas', 'servicequotas', async () => {
      const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
      return new ServiceQuotasClient(settings);
    }),
    pricing: lazily('Pricing', 'pricing', async () => {
      const { PricingClient } = await import('@aws-sdk/client-pricing');
      // Few regions serve it; https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
      return new PricingClient({ ...settings, region: 'us-east-1' });
    }),
  };
}

async function callerPlace(sts: () => Promise<STSClient>, region: string): Promise<Place> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const { Account, Arn } = await (await sts()).send(new GetCallerIdentityCommand({}));
  return { accountId: Account ?? '', region, partition: Arn?.split(':')[1] || 'aws' };
}
