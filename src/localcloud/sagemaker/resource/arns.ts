import type { Account } from '../../service/account.ts';

export type ResourceKind = 'model' | 'endpoint-config' | 'endpoint';

/** SageMaker writes resource names in ARNs in lower case. */
export function arnOf(account: Account, kind: ResourceKind, name: string): string {
  return `arn:aws:sagemaker:${account.region}:${account.accountId}:${kind}/${name.toLowerCase()}`;
}
