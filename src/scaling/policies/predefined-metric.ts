import { type PredefinedMetricName, predefinedMetrics, variantDimensions } from '../../catalog/metrics.ts';
import type { MetricRef } from '../alarms/metric.ts';

/** What of a SageMaker endpoint scales here: a variant's instance count. */
export const variantDimension = 'sagemaker:variant:DesiredInstanceCount';

/** A variant as Application Auto Scaling names it: `endpoint/E/variant/V`. */
export interface VariantId {
  endpointName: string;
  variantName: string;
}

/** What a predefined metric stands for in CloudWatch, and at which resolution its alarms look. */
export function predefinedMetric(
  type: PredefinedMetricName,
  variant: VariantId,
): { high: MetricRef; low: MetricRef } {
  const { metric, statistic, highPeriodSeconds, lowPeriodSeconds } = predefinedMetrics[type];
  const { namespace, metricName } = metric;
  const dimensions = variantDimensions(variant.endpointName, variant.variantName);
  const looksEvery = (periodSeconds: number): MetricRef => ({
    namespace,
    metricName,
    dimensions,
    statistic,
    periodMs: periodSeconds * 1_000,
  });
  return { high: looksEvery(highPeriodSeconds), low: looksEvery(lowPeriodSeconds) };
}

export function parseVariantId(resourceId: string): VariantId | undefined {
  const match =
    /^endpoint\/([A-Za-z0-9](?:-*[A-Za-z0-9]){0,62})\/variant\/([A-Za-z0-9](?:-*[A-Za-z0-9]){0,62})$/.exec(
      resourceId,
    );
  return match?.[1] && match[2] ? { endpointName: match[1], variantName: match[2] } : undefined;
}
