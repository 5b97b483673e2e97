import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLevelCurve } from '../../src/offered/levels/level-curve.ts';
import { parseStages, type Stage, stagePieces, stagesDurationMs } from '../../src/offered/stages.ts';
import { refusalOf } from '../support/refusal-of.ts';

const stageLists = fc
  .array(
    fc.record({
      durationMs: fc.integer({ min: 0, max: 3_600_000 }),
      level: fc.integer({ min: 0, max: 1_000_000 }).map((milli) => milli / 1_000),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .filter((stages) => stagesDurationMs(stages) > 0);
const blanks = fc.constantFrom('', ' ', '  ');

describe('stages', () => {
  it('come back from what is written, whatever blanks are between', () => {
    fc.assert(
      fc.property(stageLists, blanks, (stages, blank) => {
        const text = stages.map(({ durationMs, level }) => `${durationMs}ms${blank}:${blank}${level}`);
        expect(parseStages(`${blank}${text.join(`${blank},${blank}`)}${blank}`)).toEqual(stages);
      }),
    );
  });

  it('go from level to level without a gap, and last as long as they say', () => {
    fc.assert(
      fc.property(stageLists, fc.integer({ min: 0, max: 100 }), (stages, start) => {
        const pieces = stagePieces(start, stages);
        let [endMs, level] = [0, start];
        for (const { durationMs, level: next } of stages) {
          if (durationMs > 0)
            expect(pieces.find(({ fromMs }) => fromMs === endMs)).toEqual({
              fromMs: endMs,
              toMs: endMs + durationMs,
              fromLevel: level,
              toLevel: next,
            });
          [endMs, level] = [endMs + durationMs, next];
        }
        expect(createLevelCurve(pieces).endMs).toBe(stagesDurationMs(stages));
      }),
    );
  });

  it.each([
    ['1m', 'is not a stage'],
    [':5', 'is not a stage'],
    ['1m:', 'no level'],
    ['1m:-5', 'no level'],
    ['1m:5:6', 'no level'],
    ['soon:5', 'is not a duration'],
    ['1m:5,', 'is not a stage'],
    ['0s:5,0s:6', 'takes no time'],
  ])('are refused as "%s"', (text, why) => {
    const refusal = refusalOf(() => parseStages(text));
    expect(refusal).toMatchObject({ exitCode: 2 });
    expect(refusal.message).toContain(why);
  });

  it('of a thousand are asked for their level as fast as a few', () => {
    const many = (count: number): Stage[] =>
      Array.from({ length: count }, (_, at) => ({ durationMs: 1_000, level: at % 7 }));
    /** Pieces looked at while a curve is walked from end to end, a question each 100 ms. */
    const looks = (count: number) => {
      let seen = 0;
      const counted = stagePieces(0, many(count)).map((piece) => ({
        ...piece,
        get toMs() {
          seen++;
          return piece.toMs;
        },
      }));
      const curve = createLevelCurve(counted);
      for (let ms = 0; ms < count * 1_000; ms += 100) curve.mean(ms, ms + 100);
      for (let index = 0; index < curve.total; index++) curve.instantOf(index);
      return seen;
    };
    expect(looks(1_000)).toBeLessThan(12 * looks(100));
  });
});
