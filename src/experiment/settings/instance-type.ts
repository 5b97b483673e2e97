import { findInstanceType, instanceTypeNames, instanceTypesAsOf } from '../../catalog/instance-types.ts';
import { userError } from '../../core/errors.ts';
import { nearest } from '../../core/suggestion.ts';
import type { CommandContext } from '../context/context.ts';

/**
 * For the stand-in and for predictions, which must know what an instance has.
 * @throws MlbenchError `bad-instance-type` (exit code 2)
 */
export function checkInstanceType(instanceType: string): void {
  if (findInstanceType(instanceType)) return;
  throw userError(
    'bad-instance-type',
    `--instance-type: "${instanceType}" is not among the types that host endpoints (list of ${instanceTypesAsOf})`,
    instanceTypeRemedy(instanceType),
  );
}

/** On AWS the service decides: it may host a type that is newer than the list. */
export function noteUnlistedInstanceType(instanceType: string, { emit }: Pick<CommandContext, 'emit'>): void {
  if (findInstanceType(instanceType)) return;
  emit({
    type: 'notice',
    level: 'warning',
    message: `--instance-type: "${instanceType}" is not among the types that host endpoints (list of ${instanceTypesAsOf}); whether AWS hosts it shows only when the endpoint is configured`,
    remedy: instanceTypeRemedy(instanceType),
  });
}

export function instanceTypeRemedy(instanceType: string): string {
  // EC2 calls them without the prefix.
  const meant = instanceType.startsWith('ml.') ? instanceType : `ml.${instanceType}`;
  const near = instanceTypeNames.find((name) => name === meant) ?? nearest(meant, instanceTypeNames);
  return near === undefined
    ? 'name one like ml.m5.large, ml.c5.xlarge or ml.g4dn.xlarge'
    : `did you mean ${near}?`;
}
