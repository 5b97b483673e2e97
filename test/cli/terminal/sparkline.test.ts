import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkline, sparkSetFor } from '../../../src/cli/terminal/sparkline.ts';
import { displayWidth } from '../../../src/cli/terminal/text.ts';

describe('a line of the last values', () => {
  it('has the newest at its right end, the highest of the scale full', () => {
    expect(sparkline([0, 1, 2, 4, 8], 5, 8)).toBe('▁▂▃▅█');
    expect(sparkline([1, 2, 8], 5, 8)).toBe('  ▂▃█');
    expect(sparkline([9, 9, 9, 0, 8], 2, 8)).toBe('▁█');
  });

  it('leaves a gap where nothing is known', () => {
    expect(sparkline([8, null, 8], 3, 8)).toBe('█ █');
  });

  it('is as wide as it was asked to be, whatever the values', () => {
    const values = fc.array(fc.option(fc.double({ noNaN: false })), { maxLength: 50 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 40 }), fc.double(), (all, width, most) => {
        for (const set of ['blocks', 'plain'] as const) {
          expect(displayWidth(sparkline(all, width, most, set))).toBe(width);
        }
      }),
    );
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, 'blocks'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'plain'],
    [{ LC_CTYPE: 'C.utf8', LANG: 'C' }, 'blocks'],
    [{}, 'plain'],
  ] as const)('is of plain characters where the locale knows no others: %j', (environment, set) => {
    expect(sparkSetFor(environment)).toBe(set);
  });
});
