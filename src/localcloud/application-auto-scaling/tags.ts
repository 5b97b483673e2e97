import { z } from 'zod';
import { setTargetTags } from '../../scaling/engine/edit-targets.ts';
import type { ScalableTarget } from '../../scaling/engine/state.ts';
import type { ScalingLoop } from '../scaling/scaling-loop.ts';
import { listField, textField } from '../service/fields.ts';
import { operation, ServiceError, validationError } from '../service/operation.ts';
import { maxTags, reservedKeyIn, type Tags, tagKeyField, tagMapField, withoutTags } from '../service/tags.ts';
import type { ApplicationAutoScalingDeps } from './deps.ts';

const arnField = textField({ min: 1, max: 1_011 });

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html */
const tagResource = operation({
  name: 'TagResource',
  input: z.object({ ResourceARN: arnField, Tags: tagMapField }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const target = targetByArn(scaling, input.ResourceARN);
    const tags = { ...target.tags, ...input.Tags };
    checkTags(tags);
    scaling.apply((state) => setTargetTags(state, target.resourceId, tags));
    return {};
  },
});

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html */
const untagResource = operation({
  name: 'UntagResource',
  input: z.object({ ResourceARN: arnField, TagKeys: listField(tagKeyField, { max: 200 }) }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const { resourceId, tags } = targetByArn(scaling, input.ResourceARN);
    scaling.apply((state) => setTargetTags(state, resourceId, withoutTags(tags, input.TagKeys)));
    return {};
  },
});

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html */
const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceARN: arnField }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    return { Tags: targetByArn(scaling, input.ResourceARN).tags };
  },
});

export const tagOperations = [tagResource, untagResource, listTagsForResource];

/** @throws ServiceError if there are too many, or one uses AWS's own prefix. */
export function checkTags(tags: Tags): void {
  const reserved = reservedKeyIn(tags);
  if (reserved !== undefined)
    throw validationError(`Tag key ${reserved} is reserved: keys cannot start with aws:`);
  if (Object.keys(tags).length > maxTags)
    throw new ServiceError('TooManyTagsException', `A scalable target can have at most ${maxTags} tags.`);
}

/** @throws ServiceError ResourceNotFoundException: tags are found by ARN alone. */
function targetByArn(scaling: ScalingLoop, arn: string): ScalableTarget {
  const target = Object.values(scaling.state().targets).find((other) => other.arn === arn);
  if (!target)
    throw new ServiceError('ResourceNotFoundException', `The resource ${arn} was not found.`, 400, {
      ResourceName: arn,
    });
  return target;
}
