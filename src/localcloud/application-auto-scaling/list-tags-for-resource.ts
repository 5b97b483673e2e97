import { z } from 'zod';
import { textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, targetByArn } from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceARN: textField({ min: 1, max: 1_011 }) }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    return { Tags: targetByArn(scaling, input.ResourceARN).tags };
  },
});
