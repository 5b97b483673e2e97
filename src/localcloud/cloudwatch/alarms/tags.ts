import { z } from 'zod';
import type { Alarm } from '../../../scaling/alarms/alarm.ts';
import type { ScalingLoop } from '../../scaling/scaling-loop.ts';
import { listField, textField } from '../../service/fields.ts';
import { ServiceError } from '../../service/operation.ts';
import { invalidValue } from '../metrics/metric-input.ts';

export const arnField = textField({ min: 1, max: 1_024 });
export const tagKeyField = textField({ min: 1, max: 128 });
export const tagsField = listField(z.object({ Key: tagKeyField, Value: textField({ max: 256 }) }), {
  max: 50,
});

/** @throws ServiceError where a key uses AWS's own prefix. */
export function readTags(tags: readonly { Key: string; Value: string }[] = []): Record<string, string> {
  const reserved = tags.find(({ Key }) => Key.toLowerCase().startsWith('aws:'));
  if (reserved) throw invalidValue(`Tag key ${reserved.Key} is reserved: keys cannot start with aws:`);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Of what CloudWatch tags, alarms alone exist here. @throws ServiceError ResourceNotFoundException */
export function alarmByArn(scaling: ScalingLoop, arn: string): Alarm {
  const found = Object.values(scaling.state().alarms).find(({ definition }) => definition.alarmArn === arn);
  if (!found) throw new ServiceError('ResourceNotFoundException', `The resource ${arn} was not found.`, 404);
  return found;
}
