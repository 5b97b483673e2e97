import { describe, expect, it } from 'vitest';
import { sendingEndMs, steadyFromMs } from '../../../src/load/plan/schedule.ts';
import { planFor } from '../support/plan.ts';

describe('the end of sending', () => {
  const trace = { model: 'trace', file: 't.csv', arrivals: 3, durationMs: 1_001 } as const;
  const rate = { model: 'open', arrivals: 'constant', rateRps: 5, durationMs: 1_000 } as const;
  const endOf = (profile: Parameters<typeof planFor>[1]) => sendingEndMs(planFor('http://x', profile));

  it('is that of the duration', () => {
    expect(endOf({ offered: rate })).toBe(1_000);
    expect(endOf({ closed: { durationMs: 7 } })).toBe(7);
    expect(endOf({ offered: { ...trace, durationMs: 500, cut: true } })).toBe(500);
  });

  it('of a trace leaves its last arrivals the time to be taken up and to get a connection', () => {
    expect(endOf({ offered: trace, timeoutMs: 5_000 })).toBe(1_001 + 5_000 + 60_000 + 3);
  });

  it('of a trace waits for a million lines of one second as long as a slow machine needs to send them', () => {
    const busy = { ...trace, arrivals: 1_000_000, durationMs: 1 };
    expect(endOf({ offered: busy, timeoutMs: 1 })).toBeGreaterThan(1_000_000);
  });
});

describe('the steady part of a run', () => {
  it('begins when all users have started and the warm-up is over', () => {
    const ramp = { kind: 'usersPerSecond', usersPerSecond: 2 } as const;
    const plan = planFor('http://x', { closed: { users: 11, ramp } });
    expect(steadyFromMs(plan)).toBe(5_000);
    expect(steadyFromMs({ ...plan, warmupMs: 9_000 })).toBe(9_000);
  });
});
