import { textField } from '../service/fields.ts';
import { validationError } from '../service/operation.ts';
import type { SageMakerDeps } from './deps.ts';

export const resourceArn = textField({ max: 256, pattern: /^arn:.*$/ });

/** @throws ServiceError unless the ARN is a resource's that exists */
export function assertResourceExists(deps: SageMakerDeps, arn: string): void {
  const all = [...deps.models.values(), ...deps.configs.values(), ...deps.endpoints.all()];
  if (!all.some((resource) => resource.arn === arn)) {
    throw validationError(`Could not find the resource "${arn}".`);
  }
}
