import { z } from 'zod';
import { setAlarmTags } from '../../../scaling/engine/edit-alarms.ts';
import { operation } from '../../service/operation.ts';
import type { AlarmDeps } from './deps.ts';
import { alarmByArn, arnField, readTags, tagsField } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
export const tagResource = operation({
  name: 'TagResource',
  input: z.object({ ResourceARN: arnField, Tags: tagsField }),
  handle(input, { scaling }: AlarmDeps) {
    const { definition, tags } = alarmByArn(scaling, input.ResourceARN);
    const all = { ...tags, ...readTags(input.Tags) };
    scaling.apply((state) => setAlarmTags(state, definition.alarmName, all));
    return {};
  },
});
