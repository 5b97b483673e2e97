import type { Clock } from '../core/clock.ts';
import { cloudError, MlbenchError } from '../core/errors.ts';
import type { CloudClients } from './clients.ts';
import { isCloudError } from './cloud-errors.ts';
import { quotaRemedy, readQuotaRefusal } from './quota-refusal.ts';
import { withinTime } from './within-time.ts';

/** What a command that fails anyway is willing to wait for the code of a quota. */
const patienceMs = 10_000;

/**
 * A refusal for want of quota, with the command that asks for more; any other error as it is. Never fails: where Service
 * Quotas does not tell the quota's code, the remedy says how to find it.
 */
export async function nameQuota(error: unknown, clients: CloudClients, clock: Clock): Promise<unknown> {
  if (!(error instanceof MlbenchError) || !isCloudError(error, 'ResourceLimitExceeded')) return error;
  const refusal = readQuotaRefusal(error.message);
  if (!refusal) return error;
  const code = await withinTime((signal) => findQuotaCode(refusal.name, clients, signal), patienceMs, clock);
  const remedy = quotaRemedy(refusal, code ?? null, clients.region);
  return cloudError(error.code, error.message, remedy, error.cause);
}

/** SageMaker has some 2,500 quotas; more pages than this nobody waits for. */
const mostPages = 60;

async function findQuotaCode(
  name: string,
  clients: CloudClients,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const { ListServiceQuotasCommand } = await import('@aws-sdk/client-service-quotas');
  const client = await clients.quotas();
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { Quotas, ...answer } = await client.send(
      new ListServiceQuotasCommand({ ServiceCode: 'sagemaker', MaxResults: 100, NextToken }),
      { abortSignal },
    );
    const found = Quotas?.find(({ QuotaName }) => QuotaName === name);
    if (found) return found.QuotaCode;
    NextToken = answer.NextToken;
    if (NextToken === undefined) return undefined;
  }
  return undefined;
}
