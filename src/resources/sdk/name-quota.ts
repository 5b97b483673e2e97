import type { Clock } from '../../core/clock.ts';
import { cloudError, MlbenchError } from '../../core/errors.ts';
import { withinTime } from '../../core/within-time.ts';
import type { CloudClients } from './clients.ts';
import { isCloudError } from './cloud-errors.ts';
import { findQuota } from './find-quota.ts';
import { quotaRemedy, readQuotaRefusal } from './quota-refusal.ts';

/** What a command that fails anyway is willing to wait for the code of a quota. */
const patienceMs = 10_000;

/**
 * A refusal for want of quota, with the command that asks for more; any other error as it is. Never fails: where
 * Service Quotas does not tell the quota's code, the remedy says how to find it.
 */
export async function nameQuota(error: unknown, clients: CloudClients, clock: Clock): Promise<unknown> {
  if (!(error instanceof MlbenchError) || !isCloudError(error, 'ResourceLimitExceeded')) return error;
  const refusal = readQuotaRefusal(error.message);
  if (!refusal) return error;
  const quota = await withinTime((signal) => findQuota(refusal.name, clients, signal), patienceMs, clock);
  const remedy = quotaRemedy(refusal, quota?.QuotaCode ?? null, clients.region);
  return cloudError(error.code, error.message, remedy, error.cause);
}
