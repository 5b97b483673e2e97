import { z } from 'zod';
import { deleteAlarms as remove } from '../../../scaling/engine/edit-alarms.ts';
import { operation } from '../../service/operation.ts';
import { type AlarmDeps, alarmNamesField, findAlarm } from './deps.ts';

/**
 * All or none: "If you specify an incorrect alarm name … no alarms are deleted."
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
 */
export const deleteAlarms = operation({
  name: 'DeleteAlarms',
  input: z.object({ AlarmNames: alarmNamesField }),
  handle(input, { scaling }: AlarmDeps) {
    for (const name of input.AlarmNames) findAlarm(scaling, name);
    scaling.apply((state, nowMs) => remove(state, input.AlarmNames, nowMs));
    return {};
  },
});
