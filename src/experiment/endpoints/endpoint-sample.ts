import type { CommandContext } from '../context/context.ts';
import { readKnownSample, unknownEndpoint } from '../settings/known-sample.ts';
import type { SampleRequest } from '../settings/sample-request.ts';
import { readUpSettings } from '../settings/up-settings.ts';
import { targetOf } from '../targets/targets.ts';
import type { ForeignEndpoint } from './foreign-endpoint.ts';
import { isEndpoint, type ServiceEndpoint } from './service-endpoint.ts';

/**
 * A request for what is behind the endpoint. One that is named may be an experiment's, too.
 * @throws MlbenchError `no-body`, `body-unreadable` (exit code 2)
 */
export function readEndpointSample(
  { endpointName, settings }: Pick<ServiceEndpoint, 'endpointName' | 'settings'>,
  context: CommandContext,
): SampleRequest {
  if (settings !== null) return readKnownSample(settings, context);
  const { path, read } = context.ledger;
  for (const [experiment, { target, region, resources, options }] of Object.entries(read().experiments)) {
    if (target !== context.target || region !== context.region) continue;
    if (!resources.some(({ kind, name }) => isEndpoint(kind) && name === endpointName)) continue;
    const own = readUpSettings(options, path);
    if (own.broughtVariant === null) return readKnownSample(own, { ...context, experiment });
  }
  throw unknownEndpoint(endpointName);
}

/** An endpoint of AWS may be one that an experiment made; behind any other runtime, a name says nothing. */
export function readForeignSample(
  { endpointName, url, region }: ForeignEndpoint['destination'],
  context: CommandContext,
): SampleRequest {
  if (url !== targetOf(context).publicRuntimeUrl(region)) throw unknownEndpoint(endpointName);
  return readEndpointSample({ endpointName, settings: null }, context);
}
