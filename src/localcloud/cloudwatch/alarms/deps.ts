import { z } from 'zod';
import type { Alarm } from '../../../scaling/alarms/alarm.ts';
import type { ScalingLoop } from '../../scaling/scaling-loop.ts';
import { integerField, listField, textField } from '../../service/fields.ts';
import { ServiceError } from '../../service/operation.ts';
import { readToken, writeToken } from '../metrics/metric-input.ts';
import type { AlarmHistory } from './history.ts';

/** What the alarm operations work on. */
export interface AlarmDeps {
  scaling: ScalingLoop;
  history: AlarmHistory;
}

export const alarmNameField = textField({ min: 1, max: 255 });
export const alarmNamesField = listField(alarmNameField, { max: 100 });
export const stateValueField = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
/** A MetricAlarm is the only type that exists here. */
export const alarmTypesField = listField(z.enum(['CompositeAlarm', 'MetricAlarm', 'LogAlarm']));
export const maxRecordsField = integerField({ min: 1, max: 100 });

export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', message);
}

/** @throws ServiceError ResourceNotFound */
export function findAlarm(scaling: ScalingLoop, name: string): Alarm {
  const alarm = scaling.state().alarms[name];
  if (!alarm) throw new ServiceError('ResourceNotFound', `Unknown alarm: ${name}`, 404);
  return alarm;
}

const offsetToken = z.object({ from: z.int().min(0) });

/** One page of a list; the token says how far the reader has come. */
export function pageOf<Item>(
  items: readonly Item[],
  nextToken: string | undefined,
  size: number,
): { items: readonly Item[]; nextToken: string | undefined } {
  const from = nextToken === undefined ? 0 : readToken(nextToken, offsetToken).from;
  const to = from + size;
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? writeToken({ from: to }) : undefined,
  };
}
