import { userError } from '../../core/errors.ts';
import {
  assertInService,
  describeEndpoint,
  type EndpointState,
  restingEndpoint,
} from './endpoint/endpoint-state.ts';
import type { CloudKind } from './kind/cloud-kind.ts';

export interface BroughtEndpointSpec {
  name: string;
  variantName: string;
}

/** An endpoint that somebody else made: it is scaled, called and loaded, and never altered or deleted. */
export const broughtEndpointKind: CloudKind<BroughtEndpointSpec, EndpointState> = {
  kind: 'brought-endpoint',
  identify: ({ name }) => ({ name }),
  foresee: ({ name, variantName }, { partition, region, accountId }) => ({
    name,
    arn: `arn:${partition}:sagemaker:${region}:${accountId}:endpoint/${name}`,
    status: 'InService',
    configName: '',
    failureReason: undefined,
    variants: [{ name: variantName, current: 0, desired: 0, weight: 1 }],
  }),
  async describe({ name }, scope) {
    const state = await describeEndpoint(name, scope);
    return state && { state };
  },
  async ensure({ name, variantName }, scope) {
    const state = assertInService(await restingEndpoint(name, scope), name);
    if (!state.variants.some((variant) => variant.name === variantName)) {
      throw userError(
        'no-such-variant',
        `endpoint "${name}" has no variant "${variantName}"`,
        `it has ${state.variants.map((variant) => variant.name).join(', ') || 'none'}`,
      );
    }
    return { outcome: 'unchanged', state };
  },
  remove: async () => 'kept',
  // Its calls are among those of an endpoint of ours.
  permissions: [],
  // It is somebody else's.
  nominate: null,
};
