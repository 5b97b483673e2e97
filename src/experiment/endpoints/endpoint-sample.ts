import { openLedger } from '../../resources/engine/ledger.ts';
import { endpointKind } from '../../resources/kinds/endpoint/endpoint.ts';
import type { CommandContext } from '../context/context.ts';
import { readKnownSample, unknownEndpoint } from '../settings/known-sample.ts';
import type { SampleRequest } from '../settings/sample-request.ts';
import { readUpSettings } from '../settings/up-settings.ts';
import type { ServiceEndpoint } from './service-endpoint.ts';

/**
 * A request for what is behind the endpoint. One that is named may be an experiment's, too.
 * @throws MlbenchError `no-body`, `body-unreadable` (exit code 2)
 */
export function readEndpointSample(
  { endpointName, settings }: Pick<ServiceEndpoint, 'endpointName' | 'settings'>,
  context: CommandContext,
): SampleRequest {
  if (settings !== null) return readKnownSample(settings, context);
  const { path, read } = openLedger(context.stateDir);
  const owner = Object.entries(read().experiments).find(
    ([, { target, region, resources }]) =>
      target === context.target &&
      region === context.region &&
      resources.some(({ kind, name }) => kind === endpointKind.kind && name === endpointName),
  );
  if (owner === undefined) throw unknownEndpoint(endpointName);
  const [experiment, { options }] = owner;
  return readKnownSample(readUpSettings(options, path), { ...context, experiment });
}
