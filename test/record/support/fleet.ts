import type { TimelineEvent } from '../../../src/record/schemas/timeline.ts';

export const hour = 3_600_000;

function capacity(cloudTimeMs: number, current: number, desired: number): TimelineEvent {
  return { at: '', cloudTimeMs, type: 'capacity', current, desired, endpointStatus: 'InService' };
}

/** A fleet that is asked for three instances after an hour, has them after two, and is back at one after three. */
export const outAndIn = [
  capacity(0, 1, 1),
  capacity(hour, 1, 3),
  capacity(2 * hour, 3, 3),
  capacity(3 * hour, 1, 1),
];
