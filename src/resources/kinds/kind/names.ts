import { createHash } from 'node:crypto';
import { userError } from '../../../core/errors.ts';

/**
 * What an experiment's resources are called. Whoever declares a resource says what it is for; a kind with a rule of its
 * own, such as `bucketName`, keeps the rule.
 */
export interface ExperimentNames {
  endpoint: string;
  variant: string;
  /** `mlbench-serving` for `serving`. */
  of(purpose: string): string;
  /** With a hash: what cannot be altered is another resource where it is made of something else. */
  madeOf(content: unknown): string;
}

export function namesFor(experiment: string, endpointName?: string): ExperimentNames {
  const prefix = experiment === 'mlbench' ? 'mlbench' : `mlbench-${experiment}`;
  const of = (purpose: string) => `${prefix}-${purpose}`;
  return {
    endpoint: endpointName ?? prefix,
    variant: 'AllTraffic',
    of,
    madeOf: (content) => of(shortHash(content)),
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

function shortHash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
}
