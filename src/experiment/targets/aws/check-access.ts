import { checkAccount } from '../../checks/account.ts';
import type { Check } from '../../checks/check.ts';
import { checkPermissions } from '../../checks/permissions.ts';
import { checkQuota } from '../../checks/quota.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import type { AccessNeeds } from '../../contract/target.ts';
import { defaultUpSettings } from '../../settings/up-settings.ts';
import { awsCloud } from './cloud.ts';

/** @returns why AWS did not say who calls, if it did not */
export function checkAccess(
  needs: AccessNeeds,
  context: CommandContext,
  tell: (...checks: Check[]) => void,
): Promise<unknown> {
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    const { checks, caller, refused } = await checkAccount(clients, context.clock);
    tell(...checks);
    if (!caller) return refused;
    const defaults = defaultUpSettings('');
    const { instanceType = defaults.instanceType, instances = defaults.instances } = needs;
    const { maxInstances = Math.max(instances, defaults.autoscaling?.maxCapacity ?? 1) } = needs;
    const [allowed, quota] = await Promise.all([
      checkPermissions(caller, clients),
      checkQuota({ instanceType, instances, maxInstances }, clients),
    ]);
    tell(allowed, quota);
    return undefined;
  });
}
