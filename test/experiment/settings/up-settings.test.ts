import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrackedMetric } from '../../../src/catalog/metrics.ts';
import { resolveUpSettings } from '../../../src/experiment/settings/resolve-settings.ts';
import { checkUpSettings } from '../../../src/experiment/settings/up-checks.ts';
import type { UpOptions } from '../../../src/experiment/settings/up-options.ts';
import { defaultUpSettings, readUpSettings } from '../../../src/experiment/settings/up-settings.ts';
import { policyOfFlags } from '../../../src/scaling/policies/kinds/policy-kinds.ts';

const fresh = defaultUpSettings('mlbench');
const resolved = (options: UpOptions) => resolveUpSettings(options, fresh);

describe("up's settings", () => {
  it('are the defaults for a new experiment', () => {
    expect(resolved({})).toEqual(fresh);
    expect(fresh).toMatchObject({
      modelPath: null,
      instanceType: 'ml.m5.large',
      instances: 1,
      autoscaling: { minCapacity: 1, maxCapacity: 4, targetValue: null, scaleOutCooldownSeconds: 300 },
      api: { port: 0 },
    });
  });

  it('stay as they are where the next up says nothing', () => {
    const before = resolved({ maxCapacity: 9, api: false, modelPath: 'm.onnx', standIn: { timeScale: 5 } });
    expect(resolveUpSettings({}, before)).toEqual(before);
    expect(resolveUpSettings({ instances: 2 }, before)).toEqual({ ...before, instances: 2 });
  });

  it('hold the model by its absolute path', () => {
    expect(resolved({ modelPath: 'm.onnx' }).modelPath).toBe(resolve('m.onnx'));
  });

  it('keep a named image, base image and role as written', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/mine';
    const before = resolved({ image: 'registry/x:1', baseImage: 'base:2', roleArn });
    expect(resolveUpSettings({ instances: 2 }, before)).toMatchObject({
      image: 'registry/x:1',
      baseImage: 'base:2',
      roleArn: 'arn:aws:iam::123456789012:role/mine',
    });
  });

  it('lose autoscaling on request, and get it back by any of its own', () => {
    const off = resolved({ autoscaling: false });
    expect(off.autoscaling).toBeNull();
    expect(resolveUpSettings({}, off).autoscaling).toBeNull();
    expect(resolveUpSettings({ autoscaling: true }, off).autoscaling).toEqual(fresh.autoscaling);
    expect(resolveUpSettings({ maxCapacity: 7 }, off).autoscaling).toEqual({
      ...fresh.autoscaling,
      maxCapacity: 7,
    });
  });

  it('lose the API on request, and get it back with a port or on request', () => {
    const off = resolved({ api: false });
    expect(off.api).toBeNull();
    expect(resolveUpSettings({ api: true }, off).api).toEqual({ port: 0, throttleRps: 1_000, origins: [] });
    expect(resolveUpSettings({ apiPort: 8_000 }, off).api).toEqual({
      port: 8_000,
      throttleRps: 1_000,
      origins: [],
    });
  });

  it('forget a target in the unit of another metric', () => {
    const before = resolved({ metric: 'cpu', targetValue: 70 });
    expect(resolveUpSettings({ scaleInCooldownSeconds: 60 }, before).autoscaling).toMatchObject({
      metric: 'cpu',
      targetValue: 70,
    });
    expect(resolveUpSettings({ metric: 'invocations' }, before).autoscaling?.targetValue).toBeNull();
  });

  it('make the policy that tracks the metric', () => {
    const tracks = (metric: TrackedMetric) =>
      policyOfFlags({
        metric,
        targetValue: 70,
        scaleOutCooldownSeconds: 1,
        scaleInCooldownSeconds: 2,
      }).TargetTrackingScalingPolicyConfiguration;
    expect(tracks('concurrency')).toMatchObject({
      TargetValue: 70,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
      },
    });
    expect(tracks('cpu')?.CustomizedMetricSpecification).toEqual({
      MetricName: 'CPUUtilization',
      Namespace: '/aws/sagemaker/Endpoints',
      Statistic: 'Average',
      Unit: 'Percent',
    });
  });

  it('come back from the ledger as they went in, and no other way', () => {
    const settings = resolved({ standIn: { capacity: { serviceTimeMs: null, concurrency: 2, queue: 1 } } });
    expect(readUpSettings(JSON.parse(JSON.stringify(settings)), 'ledger.json')).toEqual(settings);
    expect(() => readUpSettings({ ...settings, instances: 'two' }, 'ledger.json')).toThrow(
      'the ledger ledger.json cannot be read: options.instances',
    );
  });
});

describe('settings that make no sense', () => {
  it.each<[string, UpOptions]>([
    ['--instances: 0 is not a whole number of at least 1', { instances: 0 }],
    ['--instances: 1.5 is not', { instances: 1.5 }],
    ['--min 5 --max 4: ValidationException', { minCapacity: 5 }],
    ['--instances 6 is more than --max 4', { instances: 6 }],
    ['--target-value 0: ValidationException', { targetValue: 0 }],
    ['--instance-type: "m5.large" is not', { instanceType: 'm5.large' }],
    ['--instance-type ml.t2.medium: ValidationException', { instanceType: 'ml.t2.medium' }],
    ['--endpoint-name: "my_endpoint" is not', { endpointName: 'my_endpoint' }],
    ['--no-autoscaling contradicts', { autoscaling: false, maxCapacity: 3 }],
    ['--metric cpu has no target value of its own', { metric: 'cpu' }],
  ])('are refused: %s', (message, options) => {
    expect(() => checkUpSettings(resolved(options))).toThrow(message);
  });

  it('are fine where autoscaling does not matter', () => {
    expect(() =>
      checkUpSettings(resolved({ autoscaling: false, instanceType: 'ml.t2.medium', instances: 9 })),
    ).not.toThrow();
  });
});
