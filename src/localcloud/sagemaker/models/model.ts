import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type { Account } from '../../service/account.ts';
import { textField } from '../../service/fields.ts';
import { validationError } from '../../service/operation.ts';
import { arnOf } from '../resource/arns.ts';
import type { TagStore } from '../tags/tag-store.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html: lengths in bytes. */
const environment = z
  .record(
    textField({ max: 1_024, pattern: /^[a-zA-Z_][a-zA-Z0-9_]*$/ }),
    // No program can be given a NUL.
    textField({ pattern: /^[^\0]*$/ }).refine(
      (value) => Buffer.byteLength(value) <= 1_024,
      'Member must have length less than or equal to 1024',
    ),
  )
  .refine((map) => Object.keys(map).length <= 100, 'Member must have length less than or equal to 100')
  .refine(
    (map) => Buffer.byteLength(Object.entries(map).flat().join('')) <= 32_768,
    'Member must have a combined length of keys and values less than or equal to 32768',
  );

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
  /** Brought by the user, as was proved. */
  isUsers: boolean;
  /** What code it brings, in words; undefined: none. */
  code: string | undefined;
  /** What DescribeModel says beside that, as it was given. */
  described: Record<string, unknown>;
}

/** What the operations on models work on. */
export interface ModelDeps {
  account: Account;
  /** Cloud time. */
  clock: Clock;
  models: Map<string, Model>;
  tags: TagStore;
  /** Whether an S3 URI's object is there. */
  objectExists(uri: string): boolean;
  /** Whether the user has put it there, as was proved. */
  isUsersObject(uri: string): boolean;
  /** The serving image that mlbench built; null: instances are processes. */
  ownImage: string | null;
}

export function modelDataUrl(container: Container): string | undefined {
  return container.ModelDataUrl ?? container.ModelDataSource?.S3DataSource.S3Uri;
}

export function findModel(deps: Pick<ModelDeps, 'account' | 'models'>, name: string): Model {
  const model = deps.models.get(name);
  if (!model) throw validationError(`Could not find model "${arnOf(deps.account, 'model', name)}".`);
  return model;
}
