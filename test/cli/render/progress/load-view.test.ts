import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withSecond } from '../../../../src/cli/render/progress/load-history.ts';
import { type LoadView, loadViewLines } from '../../../../src/cli/render/progress/load-view.ts';
import { colourStyle, plainStyle } from '../../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../../src/cli/terminal/text.ts';
import type { RunResult } from '../../../../src/record/schemas/result.ts';
import { sampleRun } from '../../../report/sample-run.ts';
import { loadProgress } from '../samples.ts';

const fleet = { current: 2, desired: 3, lastSeen: null };
const keys = ['w W s S: users +1 +10 -1 -10', 'p: pause, go on', 'q: stop'];
const { result } = sampleRun();

function viewOf(changes: Partial<LoadView> = {}, rates = [50, 100, 150, 200]): LoadView {
  const history = rates
    .map((endedRateRps) => loadProgress({ endedRateRps, offeredRateRps: 200 }))
    .reduce<LoadView['history']>((all, progress) => withSecond(all, progress, fleet), []);
  return { progress: loadProgress(), fleet, history, standing: result, keys, ...changes };
}

const size = { width: 80, height: 20, sparks: 'blocks' } as const;
const labels = (lines: readonly string[]) => lines.map((line) => /^[a-z0-9]+/i.exec(line)?.[0] ?? '');

describe('the view of a load in a terminal', () => {
  it('shows the last seconds of offered and answered rate, p99 and instances, each with its scale', () => {
    const lines = loadViewLines(viewOf(), plainStyle, size);
    expect(labels(lines)).toEqual([
      '0',
      'offered',
      'answered',
      'p99',
      'instances',
      expect.anything(),
      'keys',
    ]);
    expect(lines[2]).toMatch(/^answered +▂?▃▅▇█ 200\/s, top 200\/s$|^answered +\S{4} 200\/s, top 200\/s$/);
    expect(lines[4]).toMatch(/2 → 3$/);
  });

  it('says what makes the measurement one that cannot be believed', () => {
    const check = {
      name: 'sendLag',
      severity: 'error',
      observed: 12_000,
      limit: 5_000,
      passed: false,
    } as const;
    const standing: RunResult = { ...result, validity: { verdict: 'INVALID', checks: [check] } };
    const [line] = loadViewLines(viewOf({ standing }), plainStyle, size).slice(5);
    expect(line).toContain('INVALID so far: sendLag 12ms, at most 5ms');
  });

  it('calls no run INVALID for want of time', () => {
    const check = { name: 'samples', severity: 'error', observed: 10, limit: 459, passed: false } as const;
    const standing: RunResult = { ...result, validity: { verdict: 'INVALID', checks: [check] } };
    expect(loadViewLines(viewOf({ standing }), plainStyle, size)[5]).toContain('too few requests so far');
  });

  it('leaves out the least important first on a low terminal, and keeps the line of figures', () => {
    const shown = Array.from({ length: 8 }, (_, height) =>
      labels(loadViewLines(viewOf(), plainStyle, { ...size, height })).join(' '),
    );
    expect(shown[1]).toBe('0');
    expect(shown[2]).toBe('0 p99');
    expect(shown[3]).toBe('0 answered p99');
    expect(shown[6]).not.toContain('keys');
    expect(shown[7]).toContain('keys');
  });

  it('is never wider or higher than the terminal, whatever is in it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const anything = fc.record({
      rates: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 }),
      expression: text,
      message: text,
      keys: fc.option(fc.array(text, { maxLength: 5 })),
      current: fc.nat(),
      width: fc.integer({ min: 12, max: 140 }),
      height: fc.integer({ min: 1, max: 12 }),
      isColoured: fc.boolean(),
      sparks: fc.constantFrom('blocks' as const, 'plain' as const),
    });
    fc.assert(
      fc.property(
        anything,
        ({ rates, expression, message, current, width, height, isColoured, sparks, ...rest }) => {
          const [expectation] = result.thresholds;
          const topErrors = [
            { ...{ kind: 'http', status: 500, count: 3, firstAt: '', lastAt: '' }, message },
          ];
          const view = viewOf(
            {
              progress: loadProgress({ topErrors } as never),
              standing: { ...result, thresholds: [{ ...expectation!, expression }] },
              fleet: { current, desired: current + 1, lastSeen: null },
              keys: rest.keys,
            },
            rates,
          );
          const style = isColoured ? colourStyle : plainStyle;
          const lines = loadViewLines(view, style, { width, height, sparks });
          expect(lines.length).toBeGreaterThan(0);
          if (height >= 3) expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
