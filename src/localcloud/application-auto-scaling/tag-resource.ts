import { z } from 'zod';
import { setTargetTags } from '../../scaling/engine/edit-targets.ts';
import { textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, targetByArn } from './deps.ts';
import { checkTags, tagsField } from './tags.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html */
export const tagResource = operation({
  name: 'TagResource',
  input: z.object({ ResourceARN: textField({ min: 1, max: 1_011 }), Tags: tagsField }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const target = targetByArn(scaling, input.ResourceARN);
    const tags = { ...target.tags, ...input.Tags };
    checkTags(tags);
    scaling.apply((state) => setTargetTags(state, target.resourceId, tags));
    return {};
  },
});
