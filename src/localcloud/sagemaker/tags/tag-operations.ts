import { z } from 'zod';
import { integerField, textField } from '../../service/fields.ts';
import { operation, validationError } from '../../service/operation.ts';
import { tagKeyField } from '../../service/tags.ts';
import { type TagStore, tagList } from './tag-store.ts';

export interface TagDeps {
  tags: TagStore;
  /** Whether the ARN is that of a resource which is there. */
  resourceExists(arn: string): boolean;
}

const resourceArn = textField({ max: 256, pattern: /^arn:.*$/ });

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
const addTags = operation({
  name: 'AddTags',
  input: z.object({ ResourceArn: resourceArn, Tags: tagList }),
  handle({ ResourceArn, Tags }, deps: TagDeps) {
    assertResourceExists(deps, ResourceArn);
    deps.tags.add(ResourceArn, Tags);
    return { Tags: deps.tags.list(ResourceArn) };
  },
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTags.html */
const deleteTags = operation({
  name: 'DeleteTags',
  input: z.object({ ResourceArn: resourceArn, TagKeys: z.array(tagKeyField).min(1).max(50) }),
  handle({ ResourceArn, TagKeys }, deps: TagDeps) {
    assertResourceExists(deps, ResourceArn);
    deps.tags.remove(ResourceArn, TagKeys);
    return {};
  },
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
const listTags = operation({
  name: 'ListTags',
  input: z.object({
    ResourceArn: resourceArn,
    // A resource has at most 50 tags, and a page at least 50: there is never a second page.
    MaxResults: integerField({ min: 50 }).optional(),
    NextToken: textField({ max: 8_192 }).optional(),
  }),
  handle({ ResourceArn }, deps: TagDeps) {
    assertResourceExists(deps, ResourceArn);
    return { Tags: deps.tags.list(ResourceArn) };
  },
});

export const tagOperations = [addTags, deleteTags, listTags];

function assertResourceExists({ resourceExists }: TagDeps, arn: string): void {
  if (!resourceExists(arn)) throw validationError(`Could not find the resource "${arn}".`);
}
