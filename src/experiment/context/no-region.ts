import { type MlbenchError, userError } from '../../core/errors.ts';

export function noRegion(): MlbenchError {
  return userError('no-region', 'no AWS region is set', 'pass --region us-east-1, or set AWS_REGION');
}
