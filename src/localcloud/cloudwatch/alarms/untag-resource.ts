import { z } from 'zod';
import { setAlarmTags } from '../../../scaling/engine/edit-alarms.ts';
import { listField } from '../../service/fields.ts';
import { operation } from '../../service/operation.ts';
import type { AlarmDeps } from './deps.ts';
import { alarmByArn, arnField, tagKeyField } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html */
export const untagResource = operation({
  name: 'UntagResource',
  input: z.object({ ResourceARN: arnField, TagKeys: listField(tagKeyField) }),
  handle(input, { scaling }: AlarmDeps) {
    const { definition, tags } = alarmByArn(scaling, input.ResourceARN);
    const kept = Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key));
    scaling.apply((state) => setAlarmTags(state, definition.alarmName, Object.fromEntries(kept)));
    return {};
  },
});
