import type { ObservedClient } from './client-middleware.ts';

/** What every client is made with. */
export interface ClientSettings {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; socketTimeout: number };
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle?: boolean;
}

/** As much of an SDK client as all of them are used for alike. */
export type SdkClient = ObservedClient & { destroy(): void };

export interface Service<Client extends SdkClient> {
  /** In messages. */
  title: string;
  /** The prefix of its IAM actions. */
  actions: string;
  /** The class of its client. */
  load: () => Promise<new (settings: ClientSettings) => Client>;
  /** What this client takes over the settings of all. */
  own: Partial<ClientSettings>;
}

/**
 * One entry a service. `CloudClients` offers each under the same name, and loads its client when first asked for it.
 */
export const services = {
  sagemaker: service(
    'SageMaker',
    'sagemaker',
    async () => (await import('@aws-sdk/client-sagemaker')).SageMakerClient,
  ),
  runtime: service(
    'SageMaker Runtime',
    'sagemaker',
    async () => (await import('@aws-sdk/client-sagemaker-runtime')).SageMakerRuntimeClient,
  ),
  autoscaling: service(
    'Application Auto Scaling',
    'application-autoscaling',
    async () => (await import('@aws-sdk/client-application-auto-scaling')).ApplicationAutoScalingClient,
  ),
  cloudwatch: service(
    'CloudWatch',
    'cloudwatch',
    async () => (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient,
  ),
  s3: service('S3', 's3', async () => (await import('@aws-sdk/client-s3')).S3Client),
  sts: service('STS', 'sts', async () => (await import('@aws-sdk/client-sts')).STSClient),
  ecr: service('ECR', 'ecr', async () => (await import('@aws-sdk/client-ecr')).ECRClient),
  iam: service('IAM', 'iam', async () => (await import('@aws-sdk/client-iam')).IAMClient),
  lambda: service('Lambda', 'lambda', async () => (await import('@aws-sdk/client-lambda')).LambdaClient),
  apiGateway: service(
    'API Gateway',
    'apigateway',
    async () => (await import('@aws-sdk/client-apigatewayv2')).ApiGatewayV2Client,
  ),
  logs: service(
    'CloudWatch Logs',
    'logs',
    async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient,
  ),
  scheduler: service(
    'EventBridge Scheduler',
    'scheduler',
    async () => (await import('@aws-sdk/client-scheduler')).SchedulerClient,
  ),
  tagging: service(
    'Resource Groups Tagging',
    'tag',
    async () => (await import('@aws-sdk/client-resource-groups-tagging-api')).ResourceGroupsTaggingAPIClient,
  ),
  quotas: service(
    'Service Quotas',
    'servicequotas',
    async () => (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient,
  ),
  // Few regions serve it; https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
  pricing: service(
    'Pricing',
    'pricing',
    async () => (await import('@aws-sdk/client-pricing')).PricingClient,
    { region: 'us-east-1' },
  ),
};

/** The client of each service, by the service's name. */
export type ServiceClients = {
  readonly [Name in keyof typeof services]: () => Promise<ClientOf<(typeof services)[Name]>>;
};

type ClientOf<Entry> = Entry extends Service<infer Client> ? Client : never;

function service<Client extends SdkClient>(
  title: string,
  actions: string,
  load: Service<Client>['load'],
  own: Partial<ClientSettings> = {},
): Service<Client> {
  return { title, actions, load, own };
}
