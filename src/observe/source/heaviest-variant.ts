import type { CloudClients } from '../../resources/sdk/clients.ts';

/** Of an endpoint that somebody else made: the variant that most requests go to. Undefined where it has none (yet). */
export async function findHeaviestVariant(
  clients: Pick<CloudClients, 'sagemaker'>,
  endpointName: string,
): Promise<string | undefined> {
  const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await clients.sagemaker();
  const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
  const variants = [...(endpoint.ProductionVariants ?? [])];
  variants.sort((a, b) => (b.CurrentWeight ?? 0) - (a.CurrentWeight ?? 0));
  return variants[0]?.VariantName;
}
