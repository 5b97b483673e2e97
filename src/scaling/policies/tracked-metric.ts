import { metrics, type PredefinedMetricName } from '../../catalog/metrics.ts';
import type { TargetTrackingConfiguration } from './check-target-tracking.ts';

/** What `--metric` calls the metrics that a policy made of flags can track. */
export const trackedMetrics = ['invocations', 'concurrency', 'cpu', 'memory', 'gpu'] as const;
export type TrackedMetric = (typeof trackedMetrics)[number];

/** In which unit the target value of each is given. */
export const targetUnits: Record<TrackedMetric, string> = {
  invocations: 'invocations a minute and instance',
  concurrency: 'requests in flight an instance',
  cpu: 'percent of one core, 100 for each core in use',
  memory: 'percent of the memory',
  gpu: 'percent of one GPU, 100 for each GPU in use',
};

/**
 * The part of a target-tracking policy that names its metric, of whichever variant. Those of the instances themselves have no predefined name;
 * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
 */
export function metricSpecification(
  metric: TrackedMetric,
): Pick<TargetTrackingConfiguration, 'PredefinedMetricSpecification' | 'CustomizedMetricSpecification'> {
  switch (metric) {
    case 'invocations':
      return predefined('SageMakerVariantInvocationsPerInstance');
    case 'concurrency':
      return predefined('SageMakerVariantConcurrentRequestsPerModelHighResolution');
    case 'cpu':
    case 'memory':
    case 'gpu':
      return {
        CustomizedMetricSpecification: {
          MetricName: metrics[metric].metricName,
          Namespace: metrics[metric].namespace,
          Statistic: 'Average',
          Unit: metrics[metric].unit,
        },
      };
  }
}

function predefined(type: PredefinedMetricName) {
  return { PredefinedMetricSpecification: { PredefinedMetricType: type } };
}
