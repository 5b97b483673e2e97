import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../../src/experiment/policies/policy-file.ts';
import { resolveUpSettings } from '../../../src/experiment/settings/resolve-settings.ts';
import { checkUpSettings } from '../../../src/experiment/settings/up-checks.ts';
import { defaultUpSettings } from '../../../src/experiment/settings/up-settings.ts';

const variant = { endpointName: 'e', variantName: 'v' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-policy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(content: string) {
  writeFileSync(join(folder, 'policy.json'), content);
  return readPolicyFile(join(folder, 'policy.json'), variant);
}

const invocations = { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' };
const tracking = (configuration: object) => ({
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: configuration,
});
const alarm = {
  Namespace: 'AWS/SageMaker',
  MetricName: 'InvocationsPerInstance',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 100,
  ComparisonOperator: 'GreaterThanThreshold',
};
const stepped = (StepAdjustments: object[]) => ({
  PolicyType: 'StepScaling',
  StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', StepAdjustments },
});

describe('a policy in a file', () => {
  it('is read as PutScalingPolicy takes it, but for the target', () => {
    const policy = tracking({ TargetValue: 60, PredefinedMetricSpecification: invocations });
    const whole = { ...policy, ServiceNamespace: 'sagemaker', ResourceId: 'endpoint/x/variant/y' };
    expect(read(JSON.stringify(whole))).toEqual([policy]);
  });

  it('has each key once', () => {
    expect(() => read('{"PolicyType": "StepScaling",\n"PolicyType": "TargetTrackingScaling"}')).toThrow(
      /policy\.json:2:1 has "PolicyType" a second time/,
    );
  });

  it('may be one of a list, as `simulate --out-policy` writes several', () => {
    const policies = [
      { PolicyName: 'a', ...tracking({ TargetValue: 60, PredefinedMetricSpecification: invocations }) },
      { PolicyName: 'b', ...stepped([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }]) },
    ];
    expect(read(JSON.stringify(policies))).toEqual(policies);
    expect(() => read(JSON.stringify([policies[0], { PolicyName: 7 }]))).toThrow(/: PolicyName: /);
  });

  it('of steps may bring its alarms, as PutMetricAlarm takes them', () => {
    const policy = {
      ...stepped([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }]),
      MetricAlarms: [alarm],
    };
    expect(read(JSON.stringify(policy))).toEqual([policy]);
  });

  it.each<[string, string | object, RegExp]>([
    ['what is not JSON', '{"a"', /is not JSON/],
    ['an unknown member', { TargetValue: 60 }, /Unrecognized key.*TargetValue/],
    [
      'a text for a number',
      tracking({ TargetValue: '60' }),
      /TargetTrackingScalingPolicyConfiguration.TargetValue: /,
    ],
    [
      'a target of zero',
      tracking({ TargetValue: 0, PredefinedMetricSpecification: invocations }),
      /ValidationException: 1 validation error detected: Value '0' at .*targetValue/,
    ],
    [
      'an unknown metric',
      tracking({ TargetValue: 1, PredefinedMetricSpecification: { PredefinedMetricType: 'Mood' } }),
      /ValidationException: .*Given: Mood/,
    ],
    [
      'a gap between steps',
      stepped([
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
      ]),
      /ValidationException: Step adjustment intervals cannot have a gap/,
    ],
    [
      'an alarm that CloudWatch would refuse',
      {
        ...stepped([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }]),
        MetricAlarms: [{ ...alarm, DatapointsToAlarm: 3 }],
      },
      /InvalidParameterValueException: alarm alarm-1: DatapointsToAlarm must be less/,
    ],
    [
      'an alarm beside target tracking',
      {
        ...tracking({ TargetValue: 60, PredefinedMetricSpecification: invocations }),
        MetricAlarms: [alarm],
      },
      /ValidationException: MetricAlarms are for step scaling/,
    ],
  ])('is refused with %s', (_name, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => read(text)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }),
    );
  });

  it('must exist', () => {
    expect(() => readPolicyFile(join(folder, 'nowhere.json'), variant)).toThrow(/nowhere.json.*ENOENT/);
  });
});

describe('what up is told of autoscaling', () => {
  it.each([
    [{ minCapacity: 3, maxCapacity: 2 }, /--min 3 --max 2: ValidationException: Maximum capacity cannot/],
    [{ instanceType: 'ml.t2.medium' }, /ml.t2.medium: ValidationException: .*burstable/],
    [{ targetValue: 0 }, /--target-value 0: ValidationException: .*targetValue/],
    [{ minCapacity: 0 }, /--min 0 --max 4: ValidationException: Minimum capacity cannot be less than 1/],
    [{ metric: 'cpu' as const }, /--metric cpu has no target value of its own/],
    [{ maxCapacity: 2_000 }, /LimitExceededException: Maximum capacity 2000/],
  ])("%j is refused with AWS's error name", (options, message) => {
    const settings = resolveUpSettings(options, defaultUpSettings('e'), undefined);
    expect(() => checkUpSettings(settings)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(/./),
      }),
    );
  });

  it('is refused with two policies of target tracking that follow one metric', () => {
    const policies = [50, 60].map((TargetValue, index) => ({
      PolicyName: `p${index}`,
      ...tracking({ TargetValue, PredefinedMetricSpecification: invocations }),
    }));
    const settings = resolveUpSettings({}, defaultUpSettings('e'), policies);
    expect(() => checkUpSettings(settings)).toThrow(
      /--policy: ValidationException: Only one TargetTrackingScaling policy for a given metric/,
    );
  });

  it('tracks another metric with a target of its own, which the next up keeps', () => {
    const cpu = resolveUpSettings({ metric: 'cpu', targetValue: 120 }, defaultUpSettings('e'), undefined);
    expect(resolveUpSettings({ maxCapacity: 9 }, cpu, undefined).autoscaling).toMatchObject({
      metric: 'cpu',
      targetValue: 120,
    });
    expect(resolveUpSettings({ metric: 'invocations' }, cpu, undefined).autoscaling).toMatchObject({
      targetValue: null,
    });
  });

  it('is refused with two policies of one name', () => {
    const policy = { PolicyName: 'p', ...stepped([{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }]) };
    const settings = resolveUpSettings({}, defaultUpSettings('e'), [policy, policy]);
    expect(() => checkUpSettings(settings)).toThrow(/two of the policies are called "p"/);
  });
});
