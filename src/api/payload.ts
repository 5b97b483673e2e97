/**
 * API Gateway HTTP API's payload format 2.0, as far as `/evaluate` reads and writes it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpApiEvent {
  version: '2.0';
  routeKey: string;
  /** Begins with the stage's name unless the stage is `$default`. */
  rawPath: string;
  rawQueryString: string;
  /** Names in lower case; several values of one name joined by commas. */
  headers: Record<string, string>;
  requestContext: {
    requestId: string;
    stage: string;
    domainName: string;
    timeEpoch: number;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
  };
  body?: string;
  /** The gateway passes bodies of text types as they are and all others in base64. */
  isBase64Encoded: boolean;
}

export interface HttpApiResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

/**
 * InvokeEndpoint's limit on a request's body, bytes;
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export const maxPayloadBytes = 6_291_456;

/** A body that may be written as text: JSON, or anything that calls itself text. */
export function isTextType(contentType: string): boolean {
  return /^\s*(text\/|application\/([\w.-]+\+)?(json|xml|javascript)\b|application\/jsonlines\b)/i.test(
    contentType,
  );
}
