import { createHash } from 'node:crypto';
import { userError } from '../core/errors.ts';

/** What an experiment's resources are called. Names of what cannot be altered carry a hash of what it is made of. */
export interface ExperimentNames {
  endpoint: string;
  variant: string;
  policy: string;
  stepPolicy: string;
  bucket(accountId: string, region: string): string;
  model(madeOf: unknown): string;
  endpointConfig(madeOf: unknown): string;
  /** Of the execution role that the stand-in is told; it accepts any. */
  role: string;
}

export function namesFor(experiment: string, endpointName?: string): ExperimentNames {
  const prefix = experiment === 'mlbench' ? 'mlbench' : `mlbench-${experiment}`;
  return {
    endpoint: endpointName ?? prefix,
    variant: 'AllTraffic',
    policy: `${prefix}-target-tracking`,
    stepPolicy: `${prefix}-step-scaling`,
    bucket: (accountId, region) => `${prefix}-${accountId}-${region}`,
    model: (madeOf) => `${prefix}-${shortHash(madeOf)}`,
    endpointConfig: (madeOf) => `${prefix}-${shortHash(madeOf)}`,
    role: `${prefix}-execution`,
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
