import { z } from 'zod';
import { operation } from '../service/operation.ts';
import type { SageMakerDeps } from './deps.ts';
import { tagList } from './resource/names.ts';
import { assertResourceExists, resourceArn } from './tagged-resource.ts';

const input = z.object({ ResourceArn: resourceArn, Tags: tagList });

export const addTags = operation<SageMakerDeps, z.infer<typeof input>>({
  name: 'AddTags',
  input,
  handle({ ResourceArn, Tags }, deps) {
    assertResourceExists(deps, ResourceArn);
    deps.tags.add(ResourceArn, Tags);
    return { Tags: deps.tags.list(ResourceArn) };
  },
});
