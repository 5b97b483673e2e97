import { describe, expect, it } from 'vitest';
import { paretoFront, parseSweep, pointsOf, winnerOf } from '../../../src/scaling/simulate/sweep.ts';

describe('a sweep', () => {
  it('reads ranges, lists and durations', () => {
    expect(parseSweep('target=40..120:40,scaleOutCooldown=60,5m,min=1')).toEqual({
      target: [40, 80, 120],
      scaleOutCooldown: [60, 300],
      min: [1],
    });
    expect(parseSweep('target=0.1..0.3:0.1')).toEqual({ target: [0.1, 0.2, 0.3] });
    expect(parseSweep('target=10,10..20:10')).toEqual({ target: [10, 20] });
  });

  it('tries every combination', () => {
    expect(pointsOf({ target: [1, 2], max: [3, 4] })).toEqual([
      { target: 1, max: 3 },
      { target: 1, max: 4 },
      { target: 2, max: 3 },
      { target: 2, max: 4 },
    ]);
  });

  it.each([
    ['targt=1', '"targt" cannot be varied'],
    ['40..120:10', 'names nothing to vary'],
    ['target=9..1:1', 'is no range'],
    ['target=1..2', 'is no value of target'],
    ['target=', 'is no value of target'],
    ['target=0', 'is no value of target'],
    ['min=1.5', 'is no value of min'],
    ['target=1,target=2', 'given twice'],
    ['target=1..1000000:1', 'too many steps'],
    ['target=1..1000:1,min=1..100:1', 'combinations are more than'],
  ])('refuses %s', (text, why) => {
    expect(() => parseSweep(text)).toThrow(why);
  });
});

describe('the front of cost against misses', () => {
  const candidate = (name: string, hours: number, sloMissShare: number) => ({
    name,
    summary: { sloMissShare, instances: { hours, atStart: 1, max: 1, atEnd: 1 } },
  });
  const all = [
    candidate('dear', 9, 0),
    candidate('beaten', 6, 0.02),
    candidate('fair', 5, 0.01),
    candidate('cheap', 2, 0.2),
    candidate('worse', 2, 0.3),
  ];

  it('holds those that no other beats, cheapest first', () => {
    expect(paretoFront(all).map(({ name }) => name)).toEqual(['cheap', 'fair', 'dear']);
  });

  it('is won by the cheapest within what may be missed, else by the one that misses least', () => {
    expect(winnerOf(all, 0.05)?.name).toBe('fair');
    expect(winnerOf(all, 0.5)?.name).toBe('cheap');
    expect(winnerOf(all.slice(3), 0.001)?.name).toBe('cheap');
  });
});
