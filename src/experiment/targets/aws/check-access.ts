import { MlbenchError } from '../../../core/errors.ts';
import { checkAccount } from '../../checks/account.ts';
import { type Check, failed, notLookedAt } from '../../checks/check.ts';
import { checkPermissions } from '../../checks/permissions.ts';
import { checkQuota } from '../../checks/quota.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import { noRegion } from '../../context/no-region.ts';
import type { AccessNeeds } from '../../contract/target.ts';
import { defaultUpSettings } from '../../settings/up-settings.ts';
import { awsCloud } from './cloud.ts';

/** Names of the checks that need to know who calls. */
const ofTheCaller = ['permissions', 'quota'];

/** @returns why AWS did not say who calls, if it did not */
export function checkAccess(
  needs: AccessNeeds,
  context: CommandContext,
  tell: (...checks: Check[]) => void,
): Promise<unknown> {
  if (context.region === '') {
    const why = noRegion();
    tell(
      failed('region', why.message, why.remedy),
      ...['credentials', 'clock', ...ofTheCaller].map((name) => notLookedAt(name, 'region', why.remedy)),
    );
    return Promise.resolve(why);
  }
  return withClients(clientsOf(context, awsCloud(context)), async (clients) => {
    const { checks, caller, refused } = await checkAccount(clients, context.clock);
    tell(...checks);
    if (!caller) {
      const remedy = refused instanceof MlbenchError ? refused.remedy : 'see the check of the credentials';
      tell(...ofTheCaller.map((name) => notLookedAt(name, 'credentials that AWS takes', remedy)));
      return refused;
    }
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
