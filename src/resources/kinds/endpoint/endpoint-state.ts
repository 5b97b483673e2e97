import { cloudError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import { waitLimits, waitUntil } from '../../consistency/wait.ts';
import type { Scope } from '../../engine/resource.ts';
import { isCloudError } from '../../sdk/cloud-errors.ts';

export interface EndpointState {
  name: string;
  arn: string;
  status: string;
  configName: string;
  failureReason: string | undefined;
  variants: { name: string; current: number; desired: number; weight: number }[];
}

/** Undefined: there is no such endpoint. */
export async function describeEndpoint(name: string, scope: Scope): Promise<EndpointState | undefined> {
  const { DescribeEndpointCommand } = await import('@aws-sdk/client-sagemaker');
  const sagemaker = await scope.clients.sagemaker();
  try {
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
    return {
      name,
      arn: endpoint.EndpointArn ?? '',
      status: endpoint.EndpointStatus ?? 'Unknown',
      configName: endpoint.EndpointConfigName ?? '',
      failureReason: endpoint.FailureReason,
      variants: (endpoint.ProductionVariants ?? []).map((variant) => ({
        name: variant.VariantName ?? '',
        current: variant.CurrentInstanceCount ?? 0,
        desired: variant.DesiredInstanceCount ?? 0,
        weight: variant.CurrentWeight ?? 0,
      })),
    };
  } catch (error) {
    if (isCloudError(error, 'ValidationException', /could not find endpoint/i)) return undefined;
    throw error;
  }
}

/** Waits while the endpoint changes; undefined: it is gone. AWS says 24 minutes for a container that never gets up. */
export function restingEndpoint(name: string, scope: Scope): Promise<EndpointState | undefined> {
  return waitUntil(
    `endpoint "${name}"`,
    async () => {
      const seen = await describeEndpoint(name, scope);
      return seen && inFlux.has(seen.status) ? { state: describeState(seen) } : { done: seen };
    },
    scope,
    waitLimits(scope, 45 * 60_000),
  );
}

/** Only deleting gets an endpoint out of these. */
export function isBroken(state: EndpointState): boolean {
  return broken.has(state.status);
}

export function assertInService(state: EndpointState | undefined, name: string): EndpointState {
  if (state?.status === 'InService') return state;
  throw cloudError(
    'endpoint-failed',
    state
      ? `endpoint "${name}" is ${state.status}${state.failureReason ? `: ${state.failureReason}` : ''}`
      : `endpoint "${name}" was deleted by something else meanwhile`,
    `mend what the reason names and run ${ownCommand('up')} again, or remove everything with ${ownCommand('down')}`,
  );
}

function describeState(state: EndpointState): string {
  const [variant] = state.variants;
  return variant
    ? `${state.status}, ${variant.current} of ${variant.desired} instances in service`
    : state.status;
}

const inFlux = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);
const broken = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);
