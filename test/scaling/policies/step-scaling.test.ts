import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../src/scaling/policies/kinds/check-policy.ts';
import type { PolicyRequest } from '../../../src/scaling/policies/kinds/policy-kinds.ts';
import type { StepDemand } from '../../../src/scaling/policies/kinds/step-scaling/step-demands.ts';
import {
  type AdjustmentType,
  adjustedCapacity,
  aggregate,
  findStep,
  type StepAdjustment,
} from '../../../src/scaling/policies/kinds/step-scaling/steps.ts';
import type { AlarmedPolicy } from '../../../src/scaling/policies/kinds/target-tracking/tracking-demands.ts';
import { type Asked, decide } from '../decide.ts';

const steps: StepAdjustment[] = [
  { lowerBound: null, upperBound: -20, adjustment: -2 },
  { lowerBound: -20, upperBound: 0, adjustment: -1 },
  { lowerBound: 0, upperBound: 10, adjustment: 1 },
  { lowerBound: 10, upperBound: null, adjustment: 3 },
];

describe('the step of a breach', () => {
  it.each([
    // Above the threshold the lower bound belongs to a step, the upper does not.
    [0, 'GreaterThanOrEqualToThreshold', 1],
    [9.99, 'GreaterThanThreshold', 1],
    [10, 'GreaterThanThreshold', 3],
    [1e9, 'GreaterThanThreshold', 3],
    // Below it is the other way round.
    [0, 'LessThanOrEqualToThreshold', -1],
    [-0.01, 'LessThanThreshold', -1],
    [-20, 'LessThanThreshold', -2],
    [-19.99, 'LessThanThreshold', -1],
    [-1e9, 'LessThanThreshold', -2],
  ] as const)('%d from the threshold, by %s, changes by %d', (difference, comparison, adjustment) => {
    expect(findStep(steps, difference, comparison)?.adjustment).toBe(adjustment);
  });

  it('is none where no step reaches', () => {
    expect(findStep(steps.slice(2), -1, 'LessThanThreshold')).toBeUndefined();
  });

  it('is one and only one, whatever the breach', () => {
    const bounds = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bounds, fc.integer({ min: -60, max: 60 }), fc.boolean(), (given, difference, above) => {
        const cuts = [null, ...given.toSorted((a, b) => a - b), null];
        const all = cuts
          .slice(1)
          .map((upperBound, i) => ({ lowerBound: cuts[i] ?? null, upperBound, adjustment: i }));
        const comparison = above ? 'GreaterThanThreshold' : 'LessThanThreshold';
        const found = all.filter((one) => findStep([one], difference, comparison));
        expect(found).toHaveLength(1);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('an adjustment', () => {
  it.each<[AdjustmentType, number, number | null, number, number]>([
    ['ChangeInCapacity', 3, null, 4, 7],
    ['ChangeInCapacity', -3, null, 2, 0],
    ['ExactCapacity', 5, null, 2, 5],
    ['PercentChangeInCapacity', 50, null, 4, 6],
    ['PercentChangeInCapacity', 67, null, 10, 16], // 6.7 → 6
    ['PercentChangeInCapacity', 5, null, 10, 11], // 0.5 → 1
    ['PercentChangeInCapacity', -5, null, 10, 9], // −0.5 → −1
    ['PercentChangeInCapacity', -67, null, 10, 4], // −6.7 → −6
    ['PercentChangeInCapacity', 0, 2, 10, 10],
    ['PercentChangeInCapacity', 25, 2, 4, 6], // AWS's example: a quarter of 4 is 1, and at least 2
    ['PercentChangeInCapacity', -25, 2, 4, 2],
    ['PercentChangeInCapacity', 50, 2, 10, 15],
    ['PercentChangeInCapacity', 30, null, 10, 13], // 3 and not 2.9999999999999996
  ])(
    '%s %d (at least %s) of %d gives %d',
    (adjustmentType, adjustment, minAdjustmentMagnitude, of, gives) => {
      expect(adjustedCapacity({ adjustmentType, minAdjustmentMagnitude }, adjustment, of)).toBe(gives);
    },
  );

  it.each([
    ['Average', 20],
    ['Minimum', 10],
    ['Maximum', 30],
  ] as const)('follows the %s of the datapoints', (aggregation, value) => {
    expect(aggregate([30, 10, 20], aggregation)).toBe(value);
  });
});

function stepDemand(changes: Partial<StepDemand>): StepDemand {
  return {
    policyName: 's',
    alarmName: 'a',
    adjustmentType: 'ChangeInCapacity',
    minAdjustmentMagnitude: null,
    cooldownMs: 60_000,
    adjustment: 1,
    ...changes,
  };
}

function tracked(high: number | null, low: number | null): AlarmedPolicy {
  return {
    policyName: 't',
    targetValue: 60,
    scaleOutCooldownMs: 300_000,
    scaleInCooldownMs: 300_000,
    disableScaleIn: false,
    high: { alarmName: 't-high', inAlarm: high !== null, metric: high },
    low: { alarmName: 't-low', inAlarm: low !== null, metric: low },
  };
}

const ofFour = (changes: Asked) => decide({ current: 4, ...changes });

describe('several policies at once', () => {
  const cooling = { scaleOut: { untilMs: 2_000_000, baseCapacity: 2 }, scaleIn: null };
  const waiting = { scaleOut: null, scaleIn: { untilMs: 2_000_000 } };
  const out = (to: number, policyName: string) => ({ kind: 'scale', direction: 'out', to, policyName });
  const inTo = (to: number, policyName: string) => ({ kind: 'scale', direction: 'in', to, policyName });
  const reason = (code: string) => ({ kind: 'not-scaled', reason: { code } });

  it.each<[string, Asked, object]>([
    ['a step out', { steps: [stepDemand({ adjustment: 2 })] }, out(6, 's')],
    [
      'the largest of two steps',
      { steps: [stepDemand({}), stepDemand({ adjustment: 3, policyName: 'b' })] },
      out(7, 'b'),
    ],
    [
      'a step out larger than target tracking',
      { policies: [tracked(70, null)], steps: [stepDemand({ adjustment: 4 })] },
      out(8, 's'),
    ],
    [
      'target tracking larger than a step',
      { policies: [tracked(120, null)], steps: [stepDemand({})] },
      out(8, 't'),
    ],
    [
      'out against in',
      { policies: [tracked(null, 10)], steps: [stepDemand({ adjustment: 1 })] },
      out(5, 's'),
    ],
    ['a step in', { steps: [stepDemand({ adjustment: -2 })] }, inTo(2, 's')],
    [
      'a step in, though target tracking is not ready to',
      { policies: [tracked(null, null)], steps: [stepDemand({ adjustment: -1 })] },
      inTo(3, 's'),
    ],
    [
      'the larger of two scale-ins',
      { policies: [tracked(null, 10)], steps: [stepDemand({ adjustment: -1 })] },
      inTo(3, 's'),
    ],
    [
      'an exact capacity above',
      { steps: [stepDemand({ adjustmentType: 'ExactCapacity', adjustment: 9 })] },
      out(9, 's'),
    ],
    [
      'an exact capacity below',
      { steps: [stepDemand({ adjustmentType: 'ExactCapacity', adjustment: 2 })] },
      inTo(2, 's'),
    ],
    [
      'an exact capacity that is there',
      { steps: [stepDemand({ adjustmentType: 'ExactCapacity', adjustment: 4 })] },
      reason('AlreadyAtDesiredCapacity'),
    ],
    [
      'beyond the maximum',
      { maxCapacity: 4, steps: [stepDemand({ adjustment: 3 })] },
      reason('AlreadyAtMaxCapacity'),
    ],
    [
      'below the minimum',
      { minCapacity: 4, steps: [stepDemand({ adjustment: -3 })] },
      reason('AlreadyAtMinCapacity'),
    ],
    [
      'as much again, while a scale-out of two cools down',
      { cooldowns: cooling, steps: [stepDemand({ adjustment: 2 })] },
      { kind: 'none' },
    ],
    [
      'more, while a scale-out of two cools down: only the rest is added',
      { cooldowns: cooling, steps: [stepDemand({ adjustment: 3 })] },
      out(5, 's'),
    ],
    [
      'in, while a scale-out cools down',
      { cooldowns: cooling, steps: [stepDemand({ adjustment: -1 })] },
      inTo(3, 's'),
    ],
    [
      'in, while a scale-in cools down',
      { cooldowns: waiting, steps: [stepDemand({ adjustment: -1 })] },
      { kind: 'none' },
    ],
    ['out, while a scale-in cools down', { cooldowns: waiting, steps: [stepDemand({})] }, out(5, 's')],
    [
      'out, suspended',
      { suspended: { scaleIn: false, scaleOut: true, scheduled: false }, steps: [stepDemand({})] },
      { kind: 'none' },
    ],
    [
      'in, suspended',
      {
        suspended: { scaleIn: true, scaleOut: false, scheduled: false },
        steps: [stepDemand({ adjustment: -1 })],
      },
      { kind: 'none' },
    ],
  ])('%s', (_name, question, decision) => {
    expect(ofFour(question)).toMatchObject(decision);
  });
});

describe('a step scaling policy', () => {
  const variant = { endpointName: 'e', variantName: 'v' };
  const request = (configuration: object): PolicyRequest => ({
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', ...configuration },
  });
  const step = (lower: number | undefined, upper: number | undefined, ScalingAdjustment = 1) => ({
    MetricIntervalLowerBound: lower,
    MetricIntervalUpperBound: upper,
    ScalingAdjustment,
  });

  it('has an average, a cooldown of five minutes and ordered steps unless told otherwise', () => {
    const StepAdjustments = [step(10, undefined, 3), step(0, 10)];
    expect(checkPolicy(request({ StepAdjustments }), variant)).toMatchObject({
      policy: {
        type: 'StepScaling',
        aggregation: 'Average',
        cooldownMs: 300_000,
        minAdjustmentMagnitude: null,
        steps: [{ lowerBound: 0 }, { lowerBound: 10 }],
      },
    });
  });

  it.each<[string, object, RegExp]>([
    ['a gap', { StepAdjustments: [step(0, 10), step(20, undefined)] }, /cannot have a gap between them/],
    ['an overlap', { StepAdjustments: [step(0, 10), step(5, undefined)] }, /cannot overlap/],
    ['two open ends', { StepAdjustments: [step(0, undefined), step(10, undefined)] }, /cannot overlap/],
    ['nothing below a negative bound', { StepAdjustments: [step(-5, 0)] }, /unspecified lower bound/],
    ['nothing above a positive bound', { StepAdjustments: [step(0, 5)] }, /unspecified upper bound/],
    [
      'a step without bounds',
      { StepAdjustments: [step(undefined, undefined)] },
      /cannot both be unspecified/,
    ],
    ['exchanged bounds', { StepAdjustments: [step(10, 0)] }, /must be greater than/],
    ['no steps', { StepAdjustments: [] }, /at least one step adjustment/],
    ['half an instance', { StepAdjustments: [step(0, undefined, 0.5)] }, /Member must be an integer/],
    [
      'an unknown adjustment',
      { AdjustmentType: 'Double', StepAdjustments: [step(0, undefined)] },
      /Value 'Double' at .*\[ChangeInCapacity, PercentChangeInCapacity, ExactCapacity\]/,
    ],
    [
      'an unknown aggregation',
      { MetricAggregationType: 'Sum', StepAdjustments: [step(0, undefined)] },
      /Value 'Sum' at .*metricAggregationType/,
    ],
    [
      'an exact capacity of zero',
      { AdjustmentType: 'ExactCapacity', StepAdjustments: [step(0, undefined, 0)] },
      /must be positive/,
    ],
    ['a negative cooldown', { Cooldown: -1, StepAdjustments: [step(0, undefined)] }, /Value '-1'/],
  ])('is refused with %s, and told what would do', (_name, configuration, problem) => {
    const checked = checkPolicy(request(configuration), variant);
    expect(checked).toMatchObject({
      code: 'ValidationException',
      problem: expect.stringMatching(problem),
      remedy: expect.stringMatching(/./),
    });
  });

  it('is refused with more than twenty steps', () => {
    const many = Array.from({ length: 21 }, (_, i) => step(i, i < 20 ? i + 1 : undefined));
    expect(checkPolicy(request({ StepAdjustments: many }), variant)).toMatchObject({
      code: 'LimitExceededException',
    });
  });
});
