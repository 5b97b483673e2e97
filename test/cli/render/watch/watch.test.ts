import { describe, expect, it } from 'vitest';
import { renderWatch } from '../../../../src/cli/render/watch/watch-screen.ts';
import { colourStyle, plainStyle } from '../../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../../src/cli/terminal/text.ts';
import { applyToWatch, emptyWatchState } from '../../../../src/observe/watch-state.ts';
import type { TimelineFact } from '../../../../src/record/schemas/timeline.ts';

const minute = 60_000;
const at = '2026-01-01T00:00:00.000Z';

const story: [number, TimelineFact][] = [
  [0, { type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' }],
  ...[100, 4_800, 6_000, 6_100].map((value, index): [number, TimelineFact] => [
    index * minute,
    {
      type: 'metric',
      metricName: 'InvocationsPerInstance',
      statistic: 'Sum',
      periodSeconds: 60,
      value,
      target: 3_000,
    },
  ]),
  [
    0,
    {
      type: 'metric',
      metricName: 'ModelLatency',
      statistic: 'p99',
      periodSeconds: 60,
      value: 21_000,
      target: null,
    },
  ],
  [
    4.2 * minute,
    {
      type: 'alarm',
      alarmName: 'x-AlarmHigh-1',
      side: 'high',
      state: 'ALARM',
      previousState: 'OK',
      reason: 'over the target',
    },
  ],
  [
    4.2 * minute,
    {
      type: 'activity',
      activityId: '1',
      status: 'InProgress',
      description: 'Setting desired instance count to 3.',
      cause:
        'monitor alarm TargetTracking-endpoint/e/variant/v-AlarmHigh-1 in state ALARM triggered policy p',
      statusMessage: '',
    },
  ],
  [4.4 * minute, { type: 'capacity', current: 1, desired: 3, endpointStatus: 'Updating' }],
];

const stateOf = (events: [number, TimelineFact][]) => {
  const state = emptyWatchState();
  for (const [cloudTimeMs, fact] of events) applyToWatch(state, { at, cloudTimeMs, ...fact });
  return state;
};

const moment = {
  facts: { endpointName: 'mlbench', variantName: 'AllTraffic', capacityEmulated: true, timeScale: 20 },
  cloudTimeMs: 5 * minute,
  hint: 'q ends',
};

describe('the screen of a watch', () => {
  it('shows instances, chart, metrics by the minute, alarms and activities', () => {
    const lines = renderWatch(stateOf(story), moment, 100, 40, plainStyle);
    const text = lines.join('\n');
    expect(lines[0]).toBe('mlbench variant AllTraffic   +5m since up   time runs 20×, capacity is emulated');
    expect(lines[1]).toBe('instances 1 → 3   endpoint Updating');
    expect(text).toMatch(/3,000 ┤╌/);
    expect(text).toMatch(/minute +\+0s +\+1m +\+2m +\+3m\n/);
    expect(text).toMatch(/per instance +100 +4,800 +6,000 +6,100\n/);
    expect(text).toMatch(/model p99 +21ms +– +– +–\n/);
    expect(text).toMatch(/alarm high +ALARM +since \+4m12s +over the target/);
    expect(text).toMatch(/\+4m12s +InProgress +Setting desired instance count to 3\. \(alarm high\)/);
    expect(lines.at(-1)).toBe('q ends');
  });

  it('shows how near each alarm is, what scaling waits for, and why a count was changed', () => {
    const state = stateOf(story);
    state.outlook = {
      alarms: new Map([['x-AlarmHigh-1', '3/3 above 3,000']]),
      lines: [{ text: 'scale-out cooldown: 2m10s left', withoutCount: '', countsDown: true }],
    };
    const last = story.find(([, fact]) => fact.type === 'activity')![1];
    applyToWatch(state, {
      at,
      cloudTimeMs: 4.2 * minute,
      ...(last as Extract<TimelineFact, { type: 'activity' }>),
      explanation: 'AlarmHigh: 6,100 > 3,000 for 3 of 3',
    });
    const text = renderWatch(state, moment, 140, 40, plainStyle).join('\n');
    expect(text).toContain('3/3 above 3,000  over the target');
    expect(text).toContain('scale-out cooldown: 2m10s left');
    expect(text).toContain('Setting desired instance count to 3. AlarmHigh: 6,100 > 3,000 for 3 of 3');
  });

  it('says what is not there yet', () => {
    const text = renderWatch(emptyWatchState(), moment, 100, 40, plainStyle).join('\n');
    expect(text).toContain('asking for the instances');
    expect(text).toContain('metrics: none yet');
    expect(text).toContain('no alarms');
    expect(text).toContain('no scaling activities yet');
  });

  it('says when the cloud does not answer, until it does again', () => {
    const state = stateOf(story);
    state.trouble = 'throttled';
    expect(renderWatch(state, moment, 100, 40, plainStyle)[2]).toBe('no answer: throttled');
    applyToWatch(state, { at, cloudTimeMs: 0, type: 'phase', phase: 'stable', message: '' });
    expect(state.trouble).toBeUndefined();
  });

  it.each([
    [200, 60],
    [100, 30],
    [80, 24],
    [60, 15],
    [30, 8],
    [20, 3],
  ])('fits %d columns and %d rows', (width, height) => {
    const lines = renderWatch(stateOf(story), moment, width, height, colourStyle);
    expect(lines.length).toBeLessThanOrEqual(height);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});
