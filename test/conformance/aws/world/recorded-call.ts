/** One call of an AWS API, as it came over the wire. */
export interface RecordedCall {
  /** As botocore calls it: `sagemaker`, `apigatewayv2`. */
  service: string;
  operation: string;
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** `sagemaker CreateModel` */
export function nameOf({ service, operation }: Pick<RecordedCall, 'service' | 'operation'>): string {
  return `${service} ${operation}`;
}

/** The input of a call whose body is JSON. */
export function inputOf({ body }: RecordedCall): Record<string, unknown> {
  return JSON.parse(body.toString());
}

/** A call among those of a command, however the order of those side by side turns out. */
export interface CallSpot {
  /** `iam GetRole mlbench-execution-us-east-1` */
  name: string;
  /** From 1. */
  nth: number;
}

export function spotsOf(calls: readonly RecordedCall[]): CallSpot[] {
  return calls.map(spotFinder());
}

/** Tells of each call of a command, handed over in their order, where it is. */
export function spotFinder(): (call: RecordedCall) => CallSpot {
  const seen = new Map<string, number>();
  return (call) => {
    const name = [nameOf(call), ...subjectOf(call)].join(' ');
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return { name, nth };
  };
}

export function spotText({ name, nth }: CallSpot): string {
  return nth === 1 ? name : `${name} (${nth})`;
}

/** What tells calls on several of a kind apart, which are made side by side. */
function subjectOf(call: RecordedCall): string[] {
  switch (call.service) {
    case 'iam':
      return [new URLSearchParams(call.body.toString()).get('RoleName') ?? ''];
    case 'logs': {
      const { logGroupName, logGroupNamePrefix, resourceArn } = inputOf(call);
      return [String(logGroupName ?? logGroupNamePrefix ?? resourceArn)];
    }
    default:
      return [];
  }
}
