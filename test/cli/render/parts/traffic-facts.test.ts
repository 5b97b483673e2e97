import { describe, expect, it } from 'vitest';
import { trafficFacts } from '../../../../src/cli/render/parts/traffic-facts.ts';
import { runResult } from '../samples.ts';

/** What is said of the rates of a run, each over a window of so many milliseconds. */
function rateOver(offeredMs: number | null, sentMs: number, answeredMs: number): string | undefined {
  const window = (ms: number) => ({ fromSeconds: 0, toSeconds: ms / 1_000 });
  const rateRps = {
    intended: offeredMs === null ? null : 10,
    sent: 10,
    achieved: 9,
    windows: {
      ...(offeredMs === null ? {} : { offered: window(offeredMs) }),
      sent: window(sentMs),
      answered: window(answeredMs),
    },
  };
  return new Map(trafficFacts(runResult({ rateRps }))).get('rate');
}

describe('the rates of a run', () => {
  it('are told with their window once, where it is the same but for a moment', () => {
    expect(rateOver(5_000, 5_001, 4_999)).toBe('offered 10.0/s, sent 10.0/s, answered 9.0/s, over 5s');
    expect(rateOver(null, 80, 80)).toBe('sent 10.0/s, answered 9.0/s, over 80ms');
  });

  it('are told each with its own window, where these differ by more, however short they are', () => {
    expect(rateOver(20, 20, 40)).toBe(
      'offered 10.0/s over 20ms, sent 10.0/s over 20ms, answered 9.0/s over 40ms',
    );
    expect(rateOver(1_000, 1_000, 1_200)).toBe(
      'offered 10.0/s over 1s, sent 10.0/s over 1s, answered 9.0/s over 1.2s',
    );
  });

  it('are none over a single instant', () => {
    expect(rateOver(null, 1, 300)).toBe('answered 9.0/s, over 300ms');
    expect(rateOver(null, 1, 1)).toBe('none: all was sent and answered at one instant');
  });
});
