import type { MetricRef } from '../alarms/metric.ts';

/** What of a SageMaker endpoint scales here: a variant's instance count. */
export const variantDimension = 'sagemaker:variant:DesiredInstanceCount';

/** A variant as Application Auto Scaling names it: `endpoint/E/variant/V`. */
export interface VariantId {
  endpointName: string;
  variantName: string;
}

/** The predefined metrics that a variant's instance count can follow. */
export const variantMetricTypes = [
  'SageMakerVariantInvocationsPerInstance',
  'SageMakerVariantConcurrentRequestsPerModelHighResolution',
] as const;
export type VariantMetricType = (typeof variantMetricTypes)[number];

/**
 * What a predefined metric stands for in CloudWatch, and at which resolution its alarms look.
 * Source: Application Auto Scaling's predefined metrics and "Monitor SageMaker AI with CloudWatch". The low alarm of the
 * high-resolution metric keeps minutes: inferred.
 */
export function predefinedMetric(
  type: VariantMetricType,
  variant: VariantId,
): { high: MetricRef; low: MetricRef } {
  const dimensions = { EndpointName: variant.endpointName, VariantName: variant.variantName };
  if (type === 'SageMakerVariantInvocationsPerInstance') {
    // Each request adds 1 / active instances, so only the sum means anything.
    const metric = {
      namespace: 'AWS/SageMaker',
      metricName: 'InvocationsPerInstance',
      dimensions,
      statistic: 'Sum',
      periodMs: 60_000,
    };
    return { high: metric, low: metric };
  }
  const metric = {
    namespace: 'AWS/SageMaker',
    metricName: 'ConcurrentRequestsPerModel',
    dimensions,
    statistic: 'Maximum',
  };
  return { high: { ...metric, periodMs: 10_000 }, low: { ...metric, periodMs: 60_000 } };
}

export function parseVariantId(resourceId: string): VariantId | undefined {
  const match =
    /^endpoint\/([A-Za-z0-9](?:-*[A-Za-z0-9]){0,62})\/variant\/([A-Za-z0-9](?:-*[A-Za-z0-9]){0,62})$/.exec(
      resourceId,
    );
  return match?.[1] && match[2] ? { endpointName: match[1], variantName: match[2] } : undefined;
}
