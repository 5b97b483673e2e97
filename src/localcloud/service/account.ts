/** The account and region that a resource's ARN names. */
export interface Account {
  region: string;
  accountId: string;
}
