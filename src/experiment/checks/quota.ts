import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { CloudClients } from '../../resources/sdk/clients.ts';
import { findQuota } from '../../resources/sdk/find-quota.ts';
import { type Check, failed, fromError, ok, warning } from './check.ts';

export interface QuotaNeeds {
  instanceType: string;
  /** To start with. */
  instances: number;
  /** What autoscaling may go up to. */
  maxInstances: number;
}

/**
 * Whether the account may have as many instances of that type. What other endpoints already use is not taken off:
 * Service Quotas does not tell it.
 */
export async function checkQuota(needs: QuotaNeeds, clients: CloudClients): Promise<Check> {
  const quotaName = `${needs.instanceType} for endpoint usage`;
  try {
    const quota = await findQuota(quotaName, clients);
    return judgeQuota(quotaName, quota, needs, clients.region);
  } catch (error) {
    return fromError(checkName, 'warning', error);
  }
}

const checkName = 'quota';

function judgeQuota(
  quotaName: string,
  quota: Pick<ServiceQuota, 'Value' | 'QuotaCode'> | undefined,
  { instances, maxInstances }: QuotaNeeds,
  region: string,
): Check {
  if (quota?.Value === undefined)
    return failed(
      checkName,
      `Service Quotas knows no "${quotaName}" in ${region}`,
      'check --instance-type: it must be one that hosts endpoints, such as ml.m5.large, and be there in that --region',
    );
  const wanted = Math.max(instances, maxInstances);
  const found = `${quota.Value} ${quotaName}; ${wanted} wanted at most`;
  const ask = `aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code ${quota.QuotaCode ?? 'CODE'} --desired-value ${wanted} --region ${region}`;
  if (quota.Value < instances) return failed(checkName, found, `${ask}, or use another --instance-type`);
  if (quota.Value < wanted)
    return warning(checkName, `${found}: scaling out would stop there`, `${ask}, or a smaller --max`);
  return ok(checkName, found);
}
