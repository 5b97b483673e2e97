import { formatDurationMs } from '../../core/units.ts';
import { emulatedCapacityOf, type InstanceCapacity } from '../../localcloud/options.ts';

/**
 * What one instance of the stand-in carries, in one line that every output shows; null: as much as this machine does.
 */
export function describeCapacity(capacity: InstanceCapacity, instanceType: string): string | null {
  const emulated = emulatedCapacityOf(capacity, instanceType);
  if (!emulated || capacity.serviceTimeMs === null || emulated.maxRps === null) return null;
  const { concurrency, maxRps } = emulated;
  return (
    `emulated capacity: an instance (${instanceType}) takes ${concurrency} request${concurrency === 1 ? '' : 's'} at a time, ` +
    `${formatDurationMs(capacity.serviceTimeMs)} each (${Math.round(maxRps)} requests/s), and queues ${capacity.queue}`
  );
}

/**
 * The target value where none was named, in invocations a minute and instance.
 *
 *   InvocationsPerInstance = MAX_RPS × SAFETY_FACTOR × 60, with AWS's recommended factor of 0.5
 *   (https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-loadtest.html)
 *
 * Without an emulated capacity nobody knows MAX_RPS yet, so it is 60 (one request a second), as on AWS.
 */
export function defaultTargetValue(capacity: InstanceCapacity | null, instanceType: string): number {
  const maxRps = capacity && emulatedCapacityOf(capacity, instanceType)?.maxRps;
  return maxRps ? Math.max(1, Math.round(maxRps * 0.5 * 60)) : 60;
}
