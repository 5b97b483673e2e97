/** What a refusal for want of quota says. */
export interface QuotaRefusal {
  /** `ml.g4dn.xlarge for endpoint usage`, as Service Quotas lists it. */
  name: string;
  limit: number;
  /** What would have been enough. */
  wanted: number;
}

/** SageMaker's ResourceLimitExceeded, taken apart; undefined where it says something else. */
export function readQuotaRefusal(message: string): QuotaRefusal | undefined {
  const match =
    /service limit '([^']+)' is (\d+) \w+, with current utilization of (\d+) \w+ and a request delta of (\d+)/.exec(
      message,
    );
  if (!match) return undefined;
  const [, name = '', limit, used, more] = match;
  return { name, limit: Number(limit), wanted: Number(used) + Number(more) };
}

/** @param code null: the first command finds it */
export function quotaRemedy(refusal: QuotaRefusal, code: string | null, region: string): string {
  const { name, wanted } = refusal;
  const found = code ?? 'CODE';
  const ask = `aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code ${found} --desired-value ${wanted} --region ${region}`;
  const find =
    code === null
      ? `, with the CODE that says: aws service-quotas list-service-quotas --service-code sagemaker --region ${region} --query "Quotas[?QuotaName=='${name}'].QuotaCode"`
      : '';
  return `use another --instance-type, or ask for more of "${name}": ${ask}${find}`;
}
