import { z } from 'zod';
import { setActionsEnabled } from '../../../scaling/engine/edit-alarms.ts';
import { operation } from '../../service/operation.ts';
import { type AlarmDeps, alarmNamesField } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html */
export const enableAlarmActions = operation({
  name: 'EnableAlarmActions',
  input: z.object({ AlarmNames: alarmNamesField }),
  handle(input, { scaling }: AlarmDeps) {
    scaling.apply((state, nowMs) => setActionsEnabled(state, input.AlarmNames, true, nowMs));
    return {};
  },
});
