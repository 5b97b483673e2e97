import { ServiceError } from '../../service/operation.ts';
import type { EndpointConfig } from '../endpoint-configs/endpoint-config.ts';
import type { EndpointState, WantedVariant } from './endpoint-state.ts';

interface QuotaUser {
  configs: Map<string, EndpointConfig>;
  state: EndpointState;
}

/**
 * An account's quota of instances by type; here it also keeps this machine from being swamped by processes.
 * @param given the counts that `wanted` replaces
 * @throws ServiceError ResourceLimitExceeded
 */
export function assertWithinQuota(
  users: readonly QuotaUser[],
  config: EndpointConfig,
  wanted: readonly WantedVariant[],
  given: readonly WantedVariant[],
  quota: number,
): void {
  const types = new Map(config.variants.map((variant) => [variant.VariantName, variant.InstanceType]));
  for (const type of new Set(types.values())) {
    const delta = wanted
      .filter(({ name }) => types.get(name) === type)
      .map(
        ({ name, desiredCount }) =>
          desiredCount - (given.find((one) => one.name === name)?.desiredCount ?? 0),
      )
      .reduce((sum, more) => sum + more, 0);
    const used = users.map((user) => instancesOf(user, type)).reduce((sum, count) => sum + count, 0);
    if (delta <= 0 || used + delta <= quota) continue;
    throw new ServiceError(
      'ResourceLimitExceeded',
      `The account-level service limit '${type} for endpoint usage' is ${quota} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota.`,
    );
  }
}

function instancesOf({ configs, state }: QuotaUser, type: string): number {
  const fleets = [
    { configName: state.configName, variants: state.variants },
    ...(state.next ? [state.next] : []),
  ];
  return fleets
    .flatMap(({ configName, variants }) =>
      variants.filter(({ name }) => {
        const variant = configs.get(configName)?.variants.find((one) => one.VariantName === name);
        return variant?.InstanceType === type;
      }),
    )
    .reduce((sum, { desiredCount }) => sum + desiredCount, 0);
}
