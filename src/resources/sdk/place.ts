/** Where resources are made; known before the first of them, so that names and ARNs can be foreseen. */
export interface Place {
  accountId: string;
  region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`: the second part of an ARN. */
  partition: string;
}
