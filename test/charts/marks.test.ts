import { describe, expect, it } from 'vitest';
import { marksOf } from '../../src/charts/marks.ts';
import type { TimelineEvent, TimelineFact } from '../../src/record/schemas/timeline.ts';
import { sampleRun } from '../report/sample-run.ts';

describe('the numbered events', () => {
  const marks = marksOf(sampleRun().timeline);

  it('are numbered in order of time', () => {
    expect(marks.map((mark) => mark.number)).toEqual(marks.map((_, index) => index + 1));
    expect(marks.map((mark) => mark.t)).toEqual(marks.map((mark) => mark.t).sort((a, b) => a - b));
  });

  it('make one of an activity, with how it ended', () => {
    const [scaleOut] = marks.filter((mark) => mark.kind === 'activity');
    expect(scaleOut).toMatchObject({ t: 244, text: 'Setting desired instance count to 4' });
    expect(scaleOut?.detail).toContain('Successful at 8:10');
  });

  it('say in words what came and what left', () => {
    expect(marks.filter((mark) => mark.kind === 'instances').map((mark) => mark.text)).toEqual([
      '3 instances come into service: 1 → 4',
      '2 instances leave service: 4 → 2',
      '1 instance leaves service: 2 → 1',
    ]);
  });

  it('leave out how an alarm was born, but not that it was born in ALARM', () => {
    const born = (state: 'ALARM' | 'INSUFFICIENT_DATA') =>
      at(0, { type: 'alarm', alarmName: 'mine', side: 'other', state, previousState: null, reason: '' });
    expect(marksOf([born('INSUFFICIENT_DATA')])).toEqual([]);
    expect(marksOf([born('ALARM')])).toMatchObject([{ kind: 'alarm-high', text: 'mine is in ALARM' }]);
  });

  it('are bounded, first and last kept', () => {
    const swings = Array.from({ length: 5_000 }, (_, index) =>
      at(index, { type: 'capacity', current: 1 + (index % 2), desired: 1, endpointStatus: 'InService' }),
    );
    const bounded = marksOf(swings);
    expect(bounded).toHaveLength(240);
    expect(bounded[0]?.t).toBe(1);
    expect(bounded.at(-1)?.t).toBe(4_999);
  });
});

function at(second: number, fact: TimelineFact): TimelineEvent {
  return { at: '', cloudTimeMs: second * 1_000, ...fact };
}
