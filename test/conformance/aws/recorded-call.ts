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
