import type { CloudClients } from '../../../resources/sdk/clients.ts';
import type { CommandContext } from '../../context/context.ts';
import { resolveExpiry } from '../../cost/expiry.ts';
import { resolveBrought } from '../../settings/brought-endpoint.ts';
import { noteUnlistedInstanceType } from '../../settings/instance-type.ts';
import type { WantedExperiment } from '../../settings/resolve-settings.ts';
import type { UpSettings } from '../../settings/up-settings.ts';

/** With what only a look at the account can tell: whose endpoint it is, and when it is to end. */
export async function resolveOnAws(
  { settings, options }: WantedExperiment,
  clients: CloudClients,
  context: CommandContext,
): Promise<UpSettings> {
  const resolved = await resolveBrought(settings, options, clients, context);
  noteUnlistedInstanceType(resolved.instanceType, context);
  return resolveExpiry(resolved, options, clients, context);
}
