import { z } from 'zod';
import { setAlarmState as set } from '../../../scaling/engine/edit-alarms.ts';
import { textField } from '../../service/fields.ts';
import { operation, ServiceError } from '../../service/operation.ts';
import { type AlarmDeps, alarmNameField, findAlarm, stateValueField } from './deps.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export const setAlarmState = operation({
  name: 'SetAlarmState',
  input: z.object({
    AlarmName: alarmNameField,
    StateValue: stateValueField,
    StateReason: textField({ max: 1_023 }),
    StateReasonData: textField({ max: 4_000 }).optional(),
  }),
  handle(input, { scaling }: AlarmDeps) {
    findAlarm(scaling, input.AlarmName);
    const given = {
      state: input.StateValue,
      reason: input.StateReason,
      reasonData: input.StateReasonData ?? null,
    };
    checkJson(given.reasonData);
    scaling.apply((state, nowMs) => set(state, input.AlarmName, given, nowMs));
    return {};
  },
});

function checkJson(text: string | null): void {
  if (text === null) return;
  try {
    JSON.parse(text);
  } catch {
    throw new ServiceError('InvalidFormat', 'StateReasonData must be valid JSON.');
  }
}
