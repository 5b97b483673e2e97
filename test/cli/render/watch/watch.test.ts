import { describe, expect, it } from 'vitest';
import { renderWatch } from '../../../../src/cli/render/watch/watch-screen.ts';
import { colourStyle, plainStyle } from '../../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../../src/cli/terminal/text.ts';
import type { Observation } from '../../../../src/observe/observation/observation.ts';
import {
  applyToWatch,
  emptyWatchState,
  lookToWatch,
  noticeToWatch,
  refreshOutlook,
  type WatchState,
} from '../../../../src/observe/watch-state.ts';
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

  it.each([40, 100])('shows the whole name of a metric above its values, on %d columns', (width) => {
    const state = stateOf(story);
    const metricName = 'RequestsWaitingInTheQueueOfOurOwnMaking';
    const custom = { type: 'metric', metricName, statistic: 'Average', periodSeconds: 60 } as const;
    applyToWatch(state, { at, cloudTimeMs: 3 * minute, ...custom, value: 1_234, target: null });
    const lines = renderWatch(state, moment, width, 60, plainStyle);
    const first = lines.findIndex((line) => line.startsWith('Requests'));
    const text = lines.slice(first, first + 3).join(' ');
    expect(text.replace(/ +/g, ' ')).toMatch(/^RequestsWaitingInTheQueueOfOurOwnMaking Average [– ]*1,234/);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it('says what is not there yet', () => {
    const text = renderWatch(emptyWatchState(), moment, 100, 40, plainStyle).join('\n');
    expect(text).toContain('asking for the instances');
    expect(text).toContain('metrics: none yet');
    expect(text).toContain('no alarms');
    expect(text).toContain('no scaling activities yet');
  });

  describe('while the cloud does not answer', () => {
    const seenMs = 4.5 * minute;
    const look: Observation = {
      atMs: seenMs,
      variant: { current: 1, desired: 3, endpointStatus: 'Updating' },
      alarms: [],
      transitions: [],
      activities: [],
      metrics: [],
      limits: null,
    };
    const wallMs = Date.UTC(2026, 0, 1, 12, 3, 5);
    const warning = { level: 'warning', message: 'throttled' } as const;
    const lost = () => {
      const state = stateOf(story);
      lookToWatch(state, look, wallMs);
      noticeToWatch(state, warning);
      return state;
    };
    const screen = (state: WatchState, cloudTimeMs = moment.cloudTimeMs) =>
      renderWatch(state, { ...moment, cloudTimeMs }, 100, 40, plainStyle);

    it('says so, and dates what it saw last, until a look is answered, with news or without', () => {
      const state = lost();
      expect(screen(state).slice(1, 3)).toEqual([
        '1 instance, last seen at 12:03:05 UTC',
        'no answer: throttled',
      ]);
      lookToWatch(state, look, wallMs + 1_000);
      expect(screen(state).slice(1, 3)).toEqual(['instances 1 → 3   endpoint Updating', '']);
    });

    it('draws no instances beyond the last look', () => {
      const panel = (state: WatchState, cloudTimeMs: number) => {
        const lines = screen(state, cloudTimeMs);
        return lines.slice(lines.indexOf('instances'), lines.indexOf('instances') + 4);
      };
      expect(panel(lost(), 9.9 * minute)).toEqual(panel(lost(), 5 * minute));
      expect(panel(stateOf(story), 9.9 * minute)).not.toEqual(panel(stateOf(story), 5 * minute));
    });

    it('does not say what comes next', () => {
      const state = lost();
      refreshOutlook(state, seenMs);
      expect(state.outlook).toBeUndefined();
      lookToWatch(state, look, wallMs);
      refreshOutlook(state, seenMs);
      expect(state.outlook).toBeDefined();
    });

    it('takes an endpoint that is gone for no present instances', () => {
      const state = lost();
      lookToWatch(state, { ...look, variant: null }, wallMs + 1_000);
      expect(screen(state).slice(1, 3)).toEqual(['1 instance, last seen at 12:03:05 UTC', '']);
    });
  });

  it('shows what is good to know as no trouble', () => {
    const state = stateOf(story);
    noticeToWatch(state, { level: 'info', message: 'watching costs a little' });
    const lines = renderWatch(state, moment, 100, 40, plainStyle);
    expect(lines.slice(1, 3)).toEqual(['instances 1 → 3   endpoint Updating', 'watching costs a little']);
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
