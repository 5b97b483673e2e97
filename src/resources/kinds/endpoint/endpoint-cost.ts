import type { Scope } from '../../engine/resource.ts';
import { findInstancePrice } from '../../sdk/live-price.ts';
import type { EndpointState } from './endpoint-state.ts';

/** What an hour of the endpoint's instances costs; null: nobody says. Never fails. */
export async function endpointHourlyUsd(
  { configName, variants }: EndpointState,
  { clients, clock }: Pick<Scope, 'clients' | 'clock'>,
): Promise<number | null> {
  try {
    const { DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const { ProductionVariants } = await (await clients.sagemaker()).send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: configName }),
    );
    let sumUsd = 0;
    for (const { name, current, desired } of variants) {
      const instanceType = ProductionVariants?.find((one) => one.VariantName === name)?.InstanceType;
      const price = instanceType && (await findInstancePrice(instanceType, clients, clock)).hourlyUsd;
      if (!price) return null;
      sumUsd += price * Math.max(current, desired);
    }
    return sumUsd;
  } catch {
    return null;
  }
}
