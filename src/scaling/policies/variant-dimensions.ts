import type { TargetTrackingConfiguration } from './check-target-tracking.ts';
import type { VariantId } from './predefined-metric.ts';

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
