/** IAM's policy language, as far as mlbench writes it; it is sent and compared as JSON. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Effect: 'Allow';
  /** Who is trusted; in a role's own policy there is none. */
  Principal?: { Service: string };
  Action: string | string[];
  /** None in a trust policy. */
  Resource?: string | string[];
  /** Operator → condition key → what it must be. */
  Condition?: Record<string, Record<string, string | string[]>>;
}
