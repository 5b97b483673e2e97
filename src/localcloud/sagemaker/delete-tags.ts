import { z } from 'zod';
import { textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import type { SageMakerDeps } from './deps.ts';
import { assertResourceExists, resourceArn } from './tagged-resource.ts';

const input = z.object({
  ResourceArn: resourceArn,
  TagKeys: z
    .array(textField({ min: 1, max: 128 }))
    .min(1)
    .max(50),
});

export const deleteTags = operation<SageMakerDeps, z.infer<typeof input>>({
  name: 'DeleteTags',
  input,
  handle({ ResourceArn, TagKeys }, deps) {
    assertResourceExists(deps, ResourceArn);
    deps.tags.remove(ResourceArn, TagKeys);
    return {};
  },
});
