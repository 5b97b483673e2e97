/**
 * What several CloudWatch operations take alike: names, dimensions, units, periods. Limits from CloudWatch's service
 * model.
 */
import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import { listField, textField } from '../../service/fields.ts';
import { ServiceError } from '../../service/operation.ts';
import type { MetricStore } from './metric-store.ts';

export interface MetricDeps {
  /** The cloud's clock. */
  clock: Clock;
  metrics: MetricStore;
}

export const namespaceField = textField({ min: 1, max: 255, pattern: /^[^:].*$/ });
export const metricNameField = textField({ min: 1, max: 255 });

export const dimensionsField = listField(
  z.object({ Name: textField({ min: 1, max: 255 }), Value: textField({ min: 1, max: 1_024 }) }),
  { max: 30 },
);

const sizes = [
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
];
const units: readonly string[] = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
  ...sizes.flatMap((size) => [size, `${size}/Second`]),
];

export const unitField = z.enum(units);

export function toRecord(
  dimensions: readonly { Name: string; Value: string }[] = [],
): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

export function fromRecord(dimensions: Record<string, string>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}

/** @throws ServiceError unless the period is 1, 5, 10, 20, 30 or a multiple of 60 seconds. */
export function checkPeriod(seconds: number, parameter: string): void {
  if (seconds % 60 !== 0 && ![1, 5, 10, 20, 30].includes(seconds))
    throw invalidValue(
      `The value ${seconds} for parameter ${parameter} is invalid. Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds.`,
    );
}

/**
 * The window as CloudWatch rounds it: the start down to the minute, or to the period where that is shorter; periods are
 * counted from there.
 * @throws ServiceError if the window is empty.
 */
export function roundWindow(start: Date, end: Date, periodSeconds: number): { fromMs: number; toMs: number } {
  if (start.getTime() >= end.getTime())
    throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const stepMs = Math.min(60, periodSeconds) * 1_000;
  return { fromMs: Math.floor(start.getTime() / stepMs) * stepMs, toMs: end.getTime() };
}

/** Opaque to callers: whatever a next page needs, as base64url JSON. */
export function writeToken(state: unknown): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

/** @throws ServiceError InvalidNextToken for anything that `writeToken` did not write for this operation. */
export function readToken<State>(token: string, schema: z.ZodType<State>): State {
  try {
    return schema.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw new ServiceError('InvalidNextToken', 'The next token is not valid.');
  }
}
