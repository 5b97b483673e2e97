import { isVariantNamespace, variantDimensionList } from '../../catalog/metrics.ts';
import type { VariantId } from './predefined-metric.ts';

/** The dimensions of a metric that was named without any. */
export function dimensionsOf(
  namespace: string | undefined,
  { endpointName, variantName }: VariantId,
): { Name: string; Value: string }[] {
  return isVariantNamespace(namespace) ? variantDimensionList(endpointName, variantName) : [];
}
