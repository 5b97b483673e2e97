import type { Random } from '../../core/random.ts';
import type { Instance } from '../instances/instance.ts';
import type { EndpointState } from '../sagemaker/endpoints/endpoint-state.ts';
import type { Endpoint } from '../sagemaker/endpoints/endpoints.ts';
import { instanceId, productionVariant } from '../sagemaker/endpoints/endpoints.ts';
import { ServiceError } from '../service/operation.ts';

/** A variant as traffic sees it. */
export interface Route {
  variantName: string;
  weight: number;
  strategy: 'RANDOM' | 'LEAST_OUTSTANDING_REQUESTS';
  /** Serving right now. */
  instances: Instance[];
}

/** Where an endpoint's traffic may go; remade only when the endpoint's state has changed. */
export interface RoutingTable {
  routes(endpoint: Endpoint): readonly Route[];
}

export function createRoutingTable(find: (instanceId: string) => Instance | undefined): RoutingTable {
  const made = new WeakMap<EndpointState, Route[]>();
  return {
    routes(endpoint) {
      const { state } = endpoint;
      let routes = made.get(state);
      if (!routes) {
        routes = state.variants.map((variant) => ({
          variantName: variant.name,
          weight: variant.currentWeight,
          strategy: productionVariant(endpoint, variant.name)?.RoutingConfig?.RoutingStrategy ?? 'RANDOM',
          instances: variant.instances
            .filter(({ phase }) => phase === 'serving')
            .map(({ id }) => find(instanceId(endpoint, id)))
            .filter((instance) => instance !== undefined),
        }));
        made.set(state, routes);
      }
      return routes;
    },
  };
}

/**
 * Picks a variant: the one asked for, else by weight.
 * @throws ServiceError ValidationError if the one asked for does not exist
 */
export function chooseRoute(
  routes: readonly Route[],
  targetVariant: string | undefined,
  endpointName: string,
  random: Random,
): Route | undefined {
  if (targetVariant !== undefined) {
    const route = routes.find(({ variantName }) => variantName === targetVariant);
    if (!route) {
      throw new ServiceError(
        'ValidationError',
        `Variant ${targetVariant} does not exist for endpoint ${endpointName}.`,
      );
    }
    return route;
  }
  if (routes.length === 1) return routes[0];
  const totalWeight = routes.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * totalWeight;
  return routes.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}

/** RANDOM: any; LEAST_OUTSTANDING_REQUESTS: one with the fewest, chance deciding between equals. */
export function chooseInstance(route: Route, random: Random): Instance | undefined {
  const { instances } = route;
  if (instances.length <= 1) return instances[0];
  if (route.strategy === 'RANDOM') return instances[random.int(instances.length)];
  const fewest = Math.min(...instances.map(({ outstanding }) => outstanding));
  const idlest = instances.filter(({ outstanding }) => outstanding === fewest);
  return idlest[random.int(idlest.length)];
}
