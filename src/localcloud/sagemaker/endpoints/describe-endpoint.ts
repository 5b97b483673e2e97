import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import type { EndpointDeps } from './deps.ts';
import type { VariantState } from './endpoint-state.ts';
import type { Endpoint } from './endpoints.ts';
import { currentCount } from './fleet.ts';

const input = z.object({ EndpointName: anyName });

export const describeEndpoint = operation<EndpointDeps, z.infer<typeof input>>({
  name: 'DescribeEndpoint',
  input,
  handle({ EndpointName }, deps) {
    const endpoint = deps.endpoints.get(EndpointName);
    const { state } = endpoint;
    return {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: state.configName,
      ProductionVariants: state.variants.map((variant) => summary(endpoint, variant, state.configName)),
      EndpointStatus: state.status,
      FailureReason: state.failureReason ?? undefined,
      CreationTime: new Date(state.createdAtMs),
      LastModifiedTime: new Date(state.modifiedAtMs),
      PendingDeploymentSummary: state.next
        ? {
            EndpointConfigName: state.next.configName,
            ProductionVariants: state.next.variants.map((variant) =>
              summary(endpoint, variant, state.next?.configName ?? ''),
            ),
            StartTime: new Date(state.modifiedAtMs),
          }
        : undefined,
    };
  },
});

function summary(endpoint: Endpoint, variant: VariantState, configName: string) {
  const config = endpoint.configs.get(configName)?.variants.find((one) => one.VariantName === variant.name);
  const image = config && endpoint.models.get(config.ModelName)?.container.Image;
  const status = variantStatus(endpoint.state.status);
  return {
    VariantName: variant.name,
    DeployedImages: image
      ? [
          {
            SpecifiedImage: image,
            ResolvedImage: image,
            ResolutionTime: new Date(endpoint.state.createdAtMs),
          },
        ]
      : [],
    CurrentWeight: variant.currentWeight,
    DesiredWeight: variant.desiredWeight,
    CurrentInstanceCount: currentCount(variant),
    DesiredInstanceCount: variant.desiredCount,
    VariantStatus: status
      ? [{ Status: status, StartTime: new Date(endpoint.state.modifiedAtMs) }]
      : undefined,
    RoutingConfig: config?.RoutingConfig,
  };
}

function variantStatus(endpointStatus: string): string | undefined {
  if (endpointStatus === 'RollingBack') return 'Updating';
  return ['Creating', 'Updating', 'Deleting'].includes(endpointStatus) ? endpointStatus : undefined;
}
