import { describe, expect, it } from 'vitest';
import { loadFromFlags } from '../../../src/offered/from-flags.ts';
import { newRunId } from '../../../src/record/writer/run-folder.ts';

describe("load's profile", () => {
  it('is fifty users, one request a second each, for five minutes', () => {
    expect(loadFromFlags({}).load).toEqual({
      model: 'closed',
      users: 50,
      ramp: { kind: 'over', durationMs: 30_000 },
      wait: { kind: 'pacing', periodMs: 1_000 },
      durationMs: 300_000,
    });
  });

  it('starts its users within a tenth of a short run', () => {
    expect(loadFromFlags({ durationMs: 10_000 }).load).toMatchObject({
      ramp: { kind: 'over', durationMs: 1_000 },
    });
  });

  it('is as told', () => {
    const told = {
      users: 200,
      ramp: { kind: 'usersPerSecond', usersPerSecond: 10 },
      wait: { kind: 'none' },
      durationMs: 60_000,
    } as const;
    expect(loadFromFlags(told).load).toEqual({ model: 'closed', ...told });
  });
});

describe('run ids', () => {
  it('sort by time', () => {
    const ids = [0, 1_000, 86_400_000, 1_767_225_600_000].map(newRunId);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[3]).toMatch(/^20260101T000000Z-[0-9a-f]{4}$/);
  });
});
