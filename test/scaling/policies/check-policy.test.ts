import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../src/scaling/policies/kinds/check-policy.ts';
import type { PolicyRequest } from '../../../src/scaling/policies/kinds/policy-kinds.ts';

const variant = { endpointName: 'e', variantName: 'v' };
const invocations = { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' };

function tracking(configuration: PolicyRequest['TargetTrackingScalingPolicyConfiguration']): PolicyRequest {
  return { PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: configuration };
}

describe('a scaling policy', () => {
  it('follows invocations per instance, with cooldowns of five minutes unless given', () => {
    const checked = checkPolicy(
      tracking({ TargetValue: 70, PredefinedMetricSpecification: invocations }),
      variant,
    );
    expect(checked).toMatchObject({
      policy: {
        targetValue: 70,
        scaleOutCooldownMs: 300_000,
        scaleInCooldownMs: 300_000,
        disableScaleIn: false,
        metric: {
          high: {
            namespace: 'AWS/SageMaker',
            metricName: 'InvocationsPerInstance',
            statistic: 'Sum',
            periodMs: 60_000,
            dimensions: { EndpointName: 'e', VariantName: 'v' },
          },
        },
      },
    });
  });

  it('looks at concurrency every ten seconds', () => {
    const PredefinedMetricSpecification = {
      PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
    };
    expect(checkPolicy(tracking({ TargetValue: 5, PredefinedMetricSpecification }), variant)).toMatchObject({
      policy: {
        metric: {
          high: { metricName: 'ConcurrentRequestsPerModel', statistic: 'Maximum', periodMs: 10_000 },
          low: { periodMs: 60_000 },
        },
      },
    });
  });

  it('follows a customised metric', () => {
    const CustomizedMetricSpecification = {
      Namespace: '/aws/sagemaker/Endpoints',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Dimensions: [{ Name: 'EndpointName', Value: 'e' }],
    };
    const checked = checkPolicy(
      tracking({ TargetValue: 50, ScaleInCooldown: 0, CustomizedMetricSpecification }),
      variant,
    );
    expect(checked).toMatchObject({
      policy: {
        scaleInCooldownMs: 0,
        metric: {
          low: { metricName: 'CPUUtilization', statistic: 'Average', dimensions: { EndpointName: 'e' } },
        },
      },
    });
  });

  it.each<[string, PolicyRequest, RegExp]>([
    [
      'predictive scaling',
      { PolicyType: 'PredictiveScaling' },
      /PredictiveScaling is not supported for SageMaker endpoint variants/,
    ],
    ['steps missing', { PolicyType: 'StepScaling' }, /StepScalingPolicyConfiguration is required/],
    ['no configuration', { PolicyType: 'TargetTrackingScaling' }, /PolicyConfiguration is required/],
    [
      'no metric',
      tracking({ TargetValue: 1 }),
      /Exactly one of PredefinedMetricSpecification and Customized/,
    ],
    [
      'both metrics',
      tracking({
        TargetValue: 1,
        PredefinedMetricSpecification: invocations,
        CustomizedMetricSpecification: {},
      }),
      /Exactly one of/,
    ],
    [
      'a target of zero',
      tracking({ TargetValue: 0, PredefinedMetricSpecification: invocations }),
      /Value '0' at 'targetTrackingScalingPolicyConfiguration.targetValue' failed to satisfy constraint/,
    ],
    [
      'no target',
      tracking({ PredefinedMetricSpecification: invocations }),
      /Value null at .*targetValue.*must not be null/,
    ],
    [
      'a negative cooldown',
      tracking({ TargetValue: 1, ScaleOutCooldown: -1, PredefinedMetricSpecification: invocations }),
      /Value '-1' at .*scaleOutCooldown/,
    ],
    [
      "another service's metric",
      tracking({
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      }),
      /^Scalable dimension sagemaker:variant:DesiredInstanceCount only supports the following predefined metric types: SageMakerVariantInvocationsPerInstance, .*Given: ECSServiceAverageCPUUtilization/,
    ],
    [
      'a resource label',
      tracking({ TargetValue: 1, PredefinedMetricSpecification: { ...invocations, ResourceLabel: 'x' } }),
      /ResourceLabel cannot be specified/,
    ],
    [
      'a percentile',
      tracking({
        TargetValue: 1,
        CustomizedMetricSpecification: { MetricName: 'm', Namespace: 'n', Statistic: 'p99' },
      }),
      /Value 'p99' .*enum value set: \[Average, Minimum/,
    ],
    [
      'metric math',
      tracking({ TargetValue: 1, CustomizedMetricSpecification: { Metrics: [] } }),
      /Metric math/,
    ],
  ])('is refused with %s', (_name, request, message) => {
    const checked = checkPolicy(request, variant);
    expect('problem' in checked ? checked.problem : 'accepted').toMatch(message);
  });
});
