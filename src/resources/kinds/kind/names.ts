import { createHash } from 'node:crypto';
import { userError } from '../../../core/errors.ts';
import type { Place } from '../../sdk/place.ts';

const endpointLogPrefix = '/aws/sagemaker/Endpoints/';
const apiLogPrefix = '/aws/lambda/';
/** With this prefix API Gateway's right to write there needs no policy of ours. */
const accessLogPrefix = '/aws/vendedlogs/';

/** What the names of log groups begin with; a service dictates its own. */
export const logGroupPrefixes: readonly string[] = [endpointLogPrefix, apiLogPrefix, accessLogPrefix];

/** What an experiment's resources are called. Names of what cannot be altered carry a hash of what it is made of. */
export interface ExperimentNames {
  endpoint: string;
  variant: string;
  /** @param suffix which kind of policy it is */
  policy(suffix: string): string;
  bucket(place: Place): string;
  model(madeOf: unknown): string;
  endpointConfig(madeOf: unknown): string;
  /** ECR repository of the serving image. */
  repository: string;
  /** IAM roles belong to the account, not to a region: the region is part of their names. */
  executionRole(region: string): string;
  apiRole(region: string): string;
  expiryRole(region: string): string;
  /** The Lambda function and the HTTP API of `/evaluate`. */
  api: string;
  /** One-time schedules that end the endpoint: the first frees it from autoscaling, the second deletes it. */
  scalingExpiry: string;
  endpointExpiry: string;
  endpointExpiryAgain: string;
  /** CloudWatch log groups; SageMaker and Lambda dictate the names of theirs. */
  endpointLogs: string;
  apiLogs: string;
  apiAccessLogs: string;
}

export function namesFor(experiment: string, endpointName?: string): ExperimentNames {
  const prefix = experiment === 'mlbench' ? 'mlbench' : `mlbench-${experiment}`;
  const endpoint = endpointName ?? prefix;
  const api = `${prefix}-evaluate`;
  return {
    endpoint,
    variant: 'AllTraffic',
    policy: (suffix) => `${prefix}-${suffix}`,
    bucket: ({ accountId, region }) => `${prefix}-${accountId}-${region}`,
    model: (madeOf) => `${prefix}-${shortHash(madeOf)}`,
    endpointConfig: (madeOf) => `${prefix}-${shortHash(madeOf)}`,
    repository: `${prefix}-serving`,
    executionRole: (region) => `${prefix}-execution-${region}`,
    apiRole: (region) => `${prefix}-evaluate-${region}`,
    expiryRole: (region) => `${prefix}-expiry-${region}`,
    api,
    scalingExpiry: `${prefix}-expiry-scaling`,
    endpointExpiry: `${prefix}-expiry-endpoint`,
    endpointExpiryAgain: `${prefix}-expiry-endpoint-again`,
    endpointLogs: `${endpointLogPrefix}${endpoint}`,
    apiLogs: `${apiLogPrefix}${api}`,
    apiAccessLogs: `${accessLogPrefix}${api}-access`,
  };
}

/** It becomes part of a bucket's name: S3's alphabet, and short enough for 63 characters in all. */
export function checkExperimentName(name: string): void {
  if (/^[a-z0-9](-*[a-z0-9]){0,23}$/.test(name) && name.length <= 24) return;
  throw userError(
    'bad-name',
    `--name: "${name}" is not a name for an experiment`,
    'use at most 24 lower-case letters, digits and hyphens, starting and ending with a letter or digit',
  );
}

function shortHash(madeOf: unknown): string {
  return createHash('sha256').update(JSON.stringify(madeOf)).digest('hex').slice(0, 8);
}
