import { z } from 'zod';
import { textField } from '../../service/fields.ts';
import { validationError } from '../../service/operation.ts';
import { type Account, arnOf } from '../resource/arns.ts';

const environment = z
  .record(textField({ max: 1_024, pattern: /^[a-zA-Z_][a-zA-Z0-9_]*$/ }), textField({ max: 1_024 }))
  .refine((map) => Object.keys(map).length <= 100, 'Member must have length less than or equal to 100');

const dataUrl = textField({ max: 1_024, pattern: /^(https|s3):\/\/([^/]+)\/?(.*)$/ });

export const containerInput = z.looseObject({
  Image: textField({ max: 255, pattern: /^\S+$/ }).optional(),
  ModelDataUrl: dataUrl.optional(),
  ModelDataSource: z.looseObject({ S3DataSource: z.looseObject({ S3Uri: dataUrl }) }).optional(),
  Environment: environment.optional(),
  Mode: z.enum(['SingleModel', 'MultiModel']).optional(),
});

export type Container = z.infer<typeof containerInput>;

export interface Model {
  name: string;
  arn: string;
  createdAtMs: number;
  container: Container;
  /** What DescribeModel says beside that, as it was given. */
  described: Record<string, unknown>;
}

export function modelDataUrl(container: Container): string | undefined {
  return container.ModelDataUrl ?? container.ModelDataSource?.S3DataSource.S3Uri;
}

export function findModel(deps: { account: Account; models: Map<string, Model> }, name: string): Model {
  const model = deps.models.get(name);
  if (!model) throw validationError(`Could not find model "${arnOf(deps.account, 'model', name)}".`);
  return model;
}
