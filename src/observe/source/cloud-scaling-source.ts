import type { CloudClients } from '../../resources/sdk/clients.ts';
import { autoscalingSource } from './autoscaling-source.ts';
import { cloudwatchSource } from './cloudwatch-source.ts';
import { endpointSource } from './endpoint-source.ts';
import type { ScalingSource } from './scaling-source.ts';

/** The observer's questions as calls of the SDK's clients. */
export function createCloudScalingSource(
  clients: Pick<CloudClients, 'sagemaker' | 'autoscaling' | 'cloudwatch'>,
  endpointName: string,
  variantName: string,
): ScalingSource {
  const resourceId = `endpoint/${endpointName}/variant/${variantName}`;
  return {
    ...endpointSource(clients, endpointName, variantName),
    ...autoscalingSource(clients, resourceId),
    ...cloudwatchSource(clients, endpointName, variantName, resourceId),
  };
}
