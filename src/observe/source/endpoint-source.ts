import type { CloudClients } from '../../resources/sdk/clients.ts';
import { isCloudError } from '../../resources/sdk/cloud-errors.ts';
import type { ScalingSource } from './scaling-source.ts';

/** What SageMaker says of an endpoint. */
export function endpointSource(
  clients: Pick<CloudClients, 'sagemaker'>,
  endpointName: string,
  variantName: string,
): Pick<ScalingSource, 'describeCreation' | 'describeVariant'> {
  const describeEndpoint = async () => {
    const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
    try {
      return await (await clients.sagemaker()).send(
        new DescribeEndpointCommand({ EndpointName: endpointName }),
      );
    } catch (error) {
      if (isCloudError(error, 'ValidationException', /could not find endpoint/i)) return null;
      throw error;
    }
  };

  return {
    async describeCreation() {
      const endpoint = await describeEndpoint();
      return endpoint?.CreationTime?.getTime() ?? null;
    },

    async describeVariant() {
      const endpoint = await describeEndpoint();
      if (endpoint === null) return null;
      const variant = endpoint.ProductionVariants?.find((candidate) => candidate.VariantName === variantName);
      return {
        current: variant?.CurrentInstanceCount ?? 0,
        desired: variant?.DesiredInstanceCount ?? variant?.CurrentInstanceCount ?? 0,
        endpointStatus: endpoint.EndpointStatus ?? 'Unknown',
      };
    },
  };
}
