import { isVariantNamespace, variantDimensionList } from '../../catalog/metrics.ts';
import type { TargetTrackingConfiguration } from './check-target-tracking.ts';
import type { VariantId } from './predefined-metric.ts';

/** The dimensions of a metric that was named without any. */
export function dimensionsOf(
  namespace: string | undefined,
  { endpointName, variantName }: VariantId,
): { Name: string; Value: string }[] {
  return isVariantNamespace(namespace) ? variantDimensionList(endpointName, variantName) : [];
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
