import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { CloudClients } from './clients.ts';

/** SageMaker has some 2,500 quotas; more pages than this nobody waits for. */
const mostPages = 60;

interface Page {
  Quotas?: ServiceQuota[] | undefined;
  NextToken?: string | undefined;
}

/**
 * The account's own value of one of SageMaker's quotas, else AWS's default.
 * @param name as Service Quotas lists it: `ml.g4dn.xlarge for endpoint usage`
 * @returns undefined where neither list has it
 */
export async function findQuota(
  name: string,
  clients: CloudClients,
  abortSignal?: AbortSignal,
): Promise<ServiceQuota | undefined> {
  const { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } = await import(
    '@aws-sdk/client-service-quotas'
  );
  const client = await clients.quotas();
  const around = abortSignal ? { abortSignal } : {};
  const input = (NextToken: string | undefined) => ({
    ServiceCode: 'sagemaker',
    MaxResults: 100,
    ...(NextToken === undefined ? {} : { NextToken }),
  });
  return (
    (await findInPages(name, (token) => client.send(new ListServiceQuotasCommand(input(token)), around))) ??
    (await findInPages(name, (token) =>
      client.send(new ListAWSDefaultServiceQuotasCommand(input(token)), around),
    ))
  );
}

async function findInPages(
  name: string,
  read: (token: string | undefined) => Promise<Page>,
): Promise<ServiceQuota | undefined> {
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { Quotas, NextToken } = await read(token);
    const found = Quotas?.find(({ QuotaName }) => QuotaName === name);
    if (found || NextToken === undefined) return found;
    token = NextToken;
  }
  return undefined;
}
