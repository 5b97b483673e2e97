import type { TimelineEvent } from '../schemas/timeline.ts';

export type CapacityEvent = TimelineEvent & { type: 'capacity' };

/** What the fleet was seen to be, in order of time. */
export function capacitiesIn(timeline: readonly TimelineEvent[]): CapacityEvent[] {
  return timeline
    .filter((event): event is CapacityEvent => event.type === 'capacity')
    .sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
}
