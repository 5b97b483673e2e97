import type { TargetTrackingConfiguration } from './check-target-tracking.ts';
import type { VariantId } from './predefined-metric.ts';

/** What a policy may track by a short name: `--metric`. Anything else comes in a policy file. */
export const trackedMetrics = ['invocations', 'concurrency', 'cpu'] as const;
export type TrackedMetric = (typeof trackedMetrics)[number];

type MetricSpecification = Pick<
  TargetTrackingConfiguration,
  'PredefinedMetricSpecification' | 'CustomizedMetricSpecification'
>;

/** As `TargetTrackingScalingPolicyConfiguration` has it; SageMaker's CPU metric counts 100 for each vCPU. */
export function metricSpecification(metric: TrackedMetric): MetricSpecification {
  switch (metric) {
    case 'invocations':
      return {
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      };
    case 'concurrency':
      return {
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
        },
      };
    case 'cpu':
      return {
        CustomizedMetricSpecification: {
          Namespace: '/aws/sagemaker/Endpoints',
          MetricName: 'CPUUtilization',
          Statistic: 'Average',
        },
      };
  }
}

/** Namespaces whose metrics a variant publishes: without dimensions there is nothing in them. */
const variantNamespaces = ['AWS/SageMaker', '/aws/sagemaker/Endpoints'];

/** The dimensions of a metric that was named without any. */
export function dimensionsOf(
  namespace: string | undefined,
  { endpointName, variantName }: VariantId,
): { Name: string; Value: string }[] {
  if (!variantNamespaces.includes(namespace ?? '')) return [];
  return [
    { Name: 'EndpointName', Value: endpointName },
    { Name: 'VariantName', Value: variantName },
  ];
}

/** A customised metric of the variant itself need not repeat which variant that is. */
export function withVariantDimensions(
  configuration: TargetTrackingConfiguration,
  variant: VariantId,
): TargetTrackingConfiguration {
  const custom = configuration.CustomizedMetricSpecification;
  const dimensions = dimensionsOf(custom?.Namespace, variant);
  if (!custom || custom.Dimensions || dimensions.length === 0) return configuration;
  return { ...configuration, CustomizedMetricSpecification: { ...custom, Dimensions: dimensions } };
}
