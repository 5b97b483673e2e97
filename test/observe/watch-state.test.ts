import { describe, expect, it } from 'vitest';
import { applyToWatch, capacitySteps, emptyWatchState } from '../../src/observe/watch-state.ts';
import type { TimelineFact } from '../../src/record/schemas/timeline.ts';

const at = '2026-01-01T00:00:00.000Z';

const stateOf = (events: [number, TimelineFact][]) => {
  const state = emptyWatchState();
  for (const [cloudTimeMs, fact] of events) applyToWatch(state, { at, cloudTimeMs, ...fact });
  return state;
};

describe('capacity over time', () => {
  const done = (
    activityId: string,
    startedMs: number,
    endedMs: number,
    count: number,
  ): [number, TimelineFact][] => {
    const activity = {
      type: 'activity',
      activityId,
      description: `Setting desired instance count to ${count}.`,
      cause: '',
      statusMessage: '',
    } as const;
    return [
      [startedMs, { ...activity, status: 'InProgress' }],
      [endedMs, { ...activity, status: 'Successful' }],
    ];
  };

  it('before the first look is told by the activities', () => {
    const seen: [number, TimelineFact] = [
      900,
      { type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' },
    ];
    expect(capacitySteps(stateOf([...done('a', 100, 200, 3), ...done('b', 500, 600, 1), seen]))).toEqual([
      { atMs: 200, current: 3, desired: 3 },
      { atMs: 500, current: 3, desired: 1 },
      { atMs: 600, current: 1, desired: 1 },
      { atMs: 900, current: 1, desired: 1 },
    ]);
  });

  it('is what was seen, where nothing happened before', () => {
    const seen: [number, TimelineFact][] = [
      [0, { type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' }],
      [264_000, { type: 'capacity', current: 1, desired: 3, endpointStatus: 'Updating' }],
    ];
    expect(capacitySteps(stateOf(seen))).toHaveLength(2);
    expect(capacitySteps(emptyWatchState())).toEqual([]);
  });
});
