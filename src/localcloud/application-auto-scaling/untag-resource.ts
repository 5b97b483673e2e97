import { z } from 'zod';
import { setTargetTags } from '../../scaling/engine/edit-targets.ts';
import { listField, textField } from '../service/fields.ts';
import { operation } from '../service/operation.ts';
import { type ApplicationAutoScalingDeps, targetByArn } from './deps.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html */
export const untagResource = operation({
  name: 'UntagResource',
  input: z.object({
    ResourceARN: textField({ min: 1, max: 1_011 }),
    TagKeys: listField(textField({ min: 1, max: 128 }), { max: 200 }),
  }),
  handle(input, { scaling }: ApplicationAutoScalingDeps) {
    const target = targetByArn(scaling, input.ResourceARN);
    const kept = Object.entries(target.tags).filter(([key]) => !input.TagKeys.includes(key));
    scaling.apply((state) => setTargetTags(state, target.resourceId, Object.fromEntries(kept)));
    return {};
  },
});
