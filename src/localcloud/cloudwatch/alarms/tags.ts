import { z } from 'zod';
import type { Alarm } from '../../../scaling/alarms/alarm.ts';
import { setAlarmTags } from '../../../scaling/engine/edit-alarms.ts';
import type { ScalingLoop } from '../../scaling/scaling-loop.ts';
import { listField, textField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import {
  fromTagList,
  maxTags,
  reservedKeyIn,
  type TagMember,
  type Tags,
  tagKeyField,
  tagMemberField,
  toTagList,
  withoutTags,
} from '../../service/tags.ts';
import { invalidValue } from '../metrics/metric-input.ts';
import type { AlarmDeps } from './deps.ts';

const arnField = textField({ min: 1, max: 1_024 });

export const tagsField = listField(tagMemberField, { max: maxTags });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
const tagResource = operation({
  name: 'TagResource',
  input: z.object({ ResourceARN: arnField, Tags: tagsField }),
  handle(input, { scaling }: AlarmDeps) {
    const { definition, tags } = alarmByArn(scaling, input.ResourceARN);
    const all = { ...tags, ...readTags(input.Tags) };
    scaling.apply((state) => setAlarmTags(state, definition.alarmName, all));
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html */
const untagResource = operation({
  name: 'UntagResource',
  input: z.object({ ResourceARN: arnField, TagKeys: listField(tagKeyField) }),
  handle(input, { scaling }: AlarmDeps) {
    const { definition, tags } = alarmByArn(scaling, input.ResourceARN);
    const left = withoutTags(tags, input.TagKeys);
    scaling.apply((state) => setAlarmTags(state, definition.alarmName, left));
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html */
const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceARN: arnField }),
  handle(input, { scaling }: AlarmDeps) {
    return { Tags: toTagList(alarmByArn(scaling, input.ResourceARN).tags) };
  },
});

export const tagOperations = [tagResource, untagResource, listTagsForResource];

/** @throws ServiceError where a key uses AWS's own prefix. */
export function readTags(list: readonly TagMember[] = []): Tags {
  const tags = fromTagList(list);
  const reserved = reservedKeyIn(tags);
  if (reserved !== undefined)
    throw invalidValue(`Tag key ${reserved} is reserved: keys cannot start with aws:`);
  return tags;
}

/** Of what CloudWatch tags, alarms alone exist here. @throws ServiceError ResourceNotFoundException */
function alarmByArn(scaling: ScalingLoop, arn: string): Alarm {
  const found = Object.values(scaling.state().alarms).find(({ definition }) => definition.alarmArn === arn);
  if (!found) throw new ServiceError('ResourceNotFoundException', `The resource ${arn} was not found.`, 404);
  return found;
}
