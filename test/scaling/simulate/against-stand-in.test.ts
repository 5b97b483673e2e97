import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { simulate } from '../../../src/scaling/simulate/simulate.ts';
import type { NamedPolicy } from '../../../src/scaling/simulate/spec.ts';
import { invocationsPolicy, minuteMs, sampleSpec, startMs, steps } from './sample-spec.ts';
import { runOnStandIn } from './stand-in-loop.ts';

const random = createRandom(2026);
const target = 60;
/** Requests a minute over target, at least 0.15 from a whole number of instances. */
const level = () => ((random.int(9) + 0.15 + random.next() * 0.7) * target) / 60;

const runs = Array.from({ length: 12 }, (_, index) => ({
  name: `run ${index + 1}`,
  points: steps([5 + random.int(20), level()], [5 + random.int(30), level()], [20 + random.int(20), level()]),
  second: index === 0 ? 0 : random.int(60),
  provisionMs: (120 + random.int(300)) * 1_000 + 500,
  metricDelayMs: random.int(4) * minuteMs,
  cooldowns: { out: random.int(6) * 60, in: random.int(6) * 60 },
}));

describe('a simulation and the stand-in, of the same load from the same second of the cloud minute', () => {
  it.each(runs)(
    '$name (second $second): every decision is the same, within one evaluation period',
    async (run) => {
      const spec = sampleSpec(run.points, {
        startMs: startMs + run.second * 1_000,
        settleMs: 10 * minuteMs,
        provisionTimeMs: run.provisionMs,
        metricDelayMs: run.metricDelayMs,
        autoscaling: { minCapacity: 1, maxCapacity: 8, policies: [invocationsPolicy(target, run.cooldowns)] },
      });
      const { changes } = simulate(spec).summary;
      const activities = await runOnStandIn(spec);
      expect(changes.map(({ to }) => `Setting desired instance count to ${to}.`)).toEqual(
        activities.map(({ description }) => description),
      );
      for (const [index, { askedMs }] of changes.entries()) {
        const startedMs = (activities[index]?.startedMs ?? 0) - spec.startMs;
        expect(Math.abs(askedMs - startedMs)).toBeLessThanOrEqual(minuteMs);
      }
      expect(changes.length).toBeGreaterThan(0);
    },
  );

  it('agree on steps, several policies at once and a schedule, within one evaluation period', async () => {
    const stepsOf = (PolicyName: string, adjustment: object, alarm: object): NamedPolicy => ({
      PolicyName,
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', Cooldown: 120, ...adjustment },
      MetricAlarms: [
        {
          Namespace: 'AWS/SageMaker',
          MetricName: 'InvocationsPerInstance',
          Statistic: 'Sum',
          Period: 60,
          ...alarm,
        },
      ],
    });
    const busy = stepsOf(
      'busy',
      {
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 40, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 40, ScalingAdjustment: 3 },
        ],
      },
      { EvaluationPeriods: 2, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
    );
    const idle = stepsOf(
      'idle',
      {
        AdjustmentType: 'PercentChangeInCapacity',
        MinAdjustmentMagnitude: 2,
        StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -25 }],
      },
      { EvaluationPeriods: 3, Threshold: 20, ComparisonOperator: 'LessThanThreshold' },
    );
    const spec = sampleSpec(steps([8, 0.7], [14, 7.4], [25, 0.2]), {
      startMs: startMs + 17_000,
      settleMs: 10 * minuteMs,
      autoscaling: {
        minCapacity: 1,
        maxCapacity: 9,
        policies: [invocationsPolicy(60), busy, idle],
        scheduledActions: [
          {
            ScheduledActionName: 'early',
            Schedule: 'at(2026-11-22T15:03:30)',
            ScalableTargetAction: { MinCapacity: 2 },
          },
          {
            ScheduledActionName: 'late',
            Schedule: 'cron(30 15 * * ? *)',
            ScalableTargetAction: { MinCapacity: 3 },
          },
        ],
      },
    });
    const { changes } = simulate(spec).summary;
    const activities = (await runOnStandIn(spec)).filter(({ description }) => /count to/.test(description));
    expect(
      changes.map(({ to, cause }) => `Setting desired instance count to ${to}. ${whoseWish(cause)}`),
    ).toEqual(activities.map(({ description, cause }) => `${description} ${whoseWish(cause)}`));
    for (const [index, { askedMs }] of changes.entries())
      expect(Math.abs(askedMs - ((activities[index]?.startedMs ?? 0) - spec.startMs))).toBeLessThanOrEqual(
        minuteMs,
      );
    const causes = changes.map(({ cause }) => cause).join();
    for (const name of ['minimum capacity was set to 2', 'policy busy', 'policy idle'])
      expect(causes).toContain(name);
  });
});

/** The policy, or the bound that a schedule set; the alarms' names differ by endpoint. */
function whoseWish(cause: string): string {
  return cause.replace(/^monitor alarm .* triggered /, '');
}
