import { z } from 'zod';
import { integerField, textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import type { SageMakerDeps } from './deps.ts';
import { assertResourceExists, resourceArn } from './tagged-resource.ts';

const input = z.object({
  ResourceArn: resourceArn,
  // A resource has at most 50 tags, and a page at least 50: there is never a second page.
  MaxResults: integerField({ min: 50 }).optional(),
  NextToken: textField({ max: 8_192 }).optional(),
});

export const listTags = operation<SageMakerDeps, z.infer<typeof input>>({
  name: 'ListTags',
  input,
  handle({ ResourceArn }, deps) {
    assertResourceExists(deps, ResourceArn);
    return { Tags: deps.tags.list(ResourceArn) };
  },
});
