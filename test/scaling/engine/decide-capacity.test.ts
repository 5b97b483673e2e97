import { describe, expect, it } from 'vitest';
import { coolDown, scaleInIsCooling, scaleOutBase } from '../../../src/scaling/policies/cooldown.ts';
import {
  type AlarmedPolicy,
  proportionalCapacity,
} from '../../../src/scaling/policies/kinds/target-tracking/tracking-demands.ts';
import { decide, decidedAtMs } from '../decide.ts';

function policyOf(changes: {
  high?: number;
  low?: number;
  target?: number;
  name?: string;
  in?: boolean;
}): AlarmedPolicy {
  const name = changes.name ?? 'p';
  const alarm = (side: string, metric: number | undefined) => ({
    alarmName: `${name}-${side}`,
    inAlarm: metric !== undefined,
    metric: metric ?? 0,
  });
  return {
    policyName: name,
    targetValue: changes.target ?? 60,
    scaleOutCooldownMs: 300_000,
    scaleInCooldownMs: 300_000,
    disableScaleIn: changes.in === false,
    high: alarm('high', changes.high),
    low: changes.in === false ? null : alarm('low', changes.low),
  };
}

describe('the proportion', () => {
  it.each([
    [1, 200, 60, 4],
    [3, 60, 60, 3],
    [3, 0.1, 0.3, 1],
    [4, 61, 60, 5],
    [7, 0, 60, 0],
  ])('of %d instances at %d for a target of %d is %d', (capacity, metric, target, wanted) => {
    expect(proportionalCapacity(capacity, metric, target)).toBe(wanted);
  });
});

describe('scaling out', () => {
  it('goes to ceil(current × metric / target)', () => {
    expect(decide({ policies: [policyOf({ high: 130 })] })).toMatchObject({
      kind: 'scale',
      direction: 'out',
      to: 5,
      baseCapacity: 2,
      alarmName: 'p-high',
    });
  });

  it('stops at the maximum, and says so once it is there', () => {
    expect(decide({ maxCapacity: 3, policies: [policyOf({ high: 600 })] })).toMatchObject({ to: 3 });
    expect(decide({ maxCapacity: 2, policies: [policyOf({ high: 600 })] })).toMatchObject({
      kind: 'not-scaled',
      reason: { code: 'AlreadyAtMaxCapacity', maxCapacity: 2 },
    });
  });

  it('happens if any policy wants it, and the largest wins', () => {
    const policies = [
      policyOf({ name: 'a', high: 70 }),
      policyOf({ name: 'b', high: 200 }),
      policyOf({ name: 'c', low: 0 }),
    ];
    expect(decide({ policies })).toMatchObject({ to: 7, policyName: 'b' });
  });

  it('does nothing while suspended', () => {
    const suspended = { scaleIn: false, scaleOut: true, scheduled: false };
    expect(decide({ suspended, policies: [policyOf({ high: 600 })] })).toEqual({ kind: 'none' });
  });

  it('within its cooldown adds only what a larger scale-out wants beyond the first', () => {
    const cooldowns = coolDown(
      { direction: 'out', cooldownMs: 300_000, baseCapacity: 2 },
      decidedAtMs - 1_000,
    );
    const current = 5;
    expect(decide({ current, cooldowns, policies: [policyOf({ high: 130 })] })).toEqual({ kind: 'none' });
    expect(decide({ current, cooldowns, policies: [policyOf({ high: 190 })] })).toMatchObject({
      to: 7,
      baseCapacity: 2,
    });
  });

  it('after its cooldown counts from what there is', () => {
    const cooldowns = coolDown(
      { direction: 'out', cooldownMs: 300_000, baseCapacity: 2 },
      decidedAtMs - 300_000,
    );
    expect(decide({ current: 5, cooldowns, policies: [policyOf({ high: 70 })] })).toMatchObject({ to: 6 });
  });

  it('acts at once within a scale-in cooldown', () => {
    const cooldowns = coolDown(
      { direction: 'in', cooldownMs: 300_000, baseCapacity: 2 },
      decidedAtMs - 1_000,
    );
    expect(decide({ cooldowns, policies: [policyOf({ high: 70 })] })).toMatchObject({ to: 3 });
  });
});

describe('scaling in', () => {
  it('goes to the proportion, but not below the minimum', () => {
    expect(decide({ current: 7, policies: [policyOf({ low: 20 })] })).toMatchObject({
      kind: 'scale',
      direction: 'in',
      to: 3,
    });
    expect(decide({ current: 7, minCapacity: 4, policies: [policyOf({ low: 0 })] })).toMatchObject({ to: 4 });
  });

  it('does not happen if one instance fewer would put the metric back over target', () => {
    expect(decide({ current: 2, policies: [policyOf({ low: 40 })] })).toMatchObject({
      kind: 'not-scaled',
      reason: { code: 'AutoScalingAnticipatedFlapping', currentCapacity: 2 },
    });
  });

  it('says so at the minimum', () => {
    expect(decide({ current: 1, policies: [policyOf({ low: 0 })] })).toMatchObject({
      reason: { code: 'AlreadyAtMinCapacity', minCapacity: 1 },
    });
  });

  it('waits its cooldown out', () => {
    const cooldowns = coolDown(
      { direction: 'in', cooldownMs: 300_000, baseCapacity: 7 },
      decidedAtMs - 299_999,
    );
    expect(decide({ current: 7, cooldowns, policies: [policyOf({ low: 0 })] })).toEqual({ kind: 'none' });
    expect(scaleInIsCooling(cooldowns, decidedAtMs + 1)).toBe(false);
  });

  it('happens only if all policies want it that may scale in; the largest capacity wins', () => {
    const low = policyOf({ name: 'a', low: 10 });
    const lower = policyOf({ name: 'b', low: 30 });
    const out = policyOf({ name: 'c', in: false });
    expect(decide({ current: 6, policies: [low, policyOf({ name: 'd' })] })).toEqual({ kind: 'none' });
    expect(decide({ current: 6, policies: [low, lower, out] })).toMatchObject({ to: 3, policyName: 'b' });
    expect(decide({ current: 6, policies: [out] })).toEqual({ kind: 'none' });
  });

  it('takes no more away at once than the step allows', () => {
    expect(decide({ current: 7, maxScaleInStep: 2, policies: [policyOf({ low: 0 })] })).toMatchObject({
      to: 5,
    });
  });
});

describe('cooldowns', () => {
  it('end each other', () => {
    const out = coolDown({ direction: 'out', cooldownMs: 10, baseCapacity: 1 }, 100);
    expect(out).toEqual({ scaleOut: { untilMs: 110, baseCapacity: 1 }, scaleIn: null });
    expect(scaleOutBase(out, 4, 109)).toBe(1);
    expect(scaleOutBase(out, 4, 110)).toBe(4);
    expect(coolDown({ direction: 'in', cooldownMs: 10, baseCapacity: 1 }, 100).scaleOut).toBeNull();
  });
});
