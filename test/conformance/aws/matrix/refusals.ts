import type { Answer } from '../world/moto-calls.ts';
import type { RecordedCall } from '../world/recorded-call.ts';

/** A service's words for "too many calls". https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
export function throttle(call: RecordedCall): Answer {
  const [code, status] = throttles[call.service] ?? ['ThrottlingException', 400];
  return refuse(call, code, 'Rate exceeded', status);
}

const throttles: Record<string, [code: string, status: number]> = {
  s3: ['SlowDown', 503],
  iam: ['Throttling', 400],
  sts: ['Throttling', 400],
  cloudwatch: ['Throttling', 400],
  lambda: ['TooManyRequestsException', 429],
  apigatewayv2: ['TooManyRequestsException', 429],
  scheduler: ['ThrottlingException', 429],
  'service-quotas': ['TooManyRequestsException', 400],
  resourcegroupstaggingapi: ['ThrottledException', 400],
};

export function internalError(call: RecordedCall): Answer {
  const code = call.service === 's3' ? 'InternalError' : 'InternalFailure';
  return refuse(call, code, 'We encountered an internal error. Please try again.', 500);
}

/** What a load balancer or a proxy says. */
export function htmlPage(): Answer {
  return {
    status: 500,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from(
      '<!doctype html>\n<html><title>500 Internal Server Error</title><h1>Oops</h1></html>\n',
    ),
  };
}

export function accessDenied(call: RecordedCall): Answer {
  const message = `User: arn:aws:iam::123456789012:user/somebody is not authorized to perform: ${call.operation}`;
  return isXml(call)
    ? refuse(call, 'AccessDenied', message, 403)
    : refuse(call, 'AccessDeniedException', message, 400);
}

export function expiredToken(call: RecordedCall): Answer {
  const message = 'The security token included in the request is expired';
  return isXml(call)
    ? refuse(call, 'ExpiredToken', message, 400)
    : refuse(call, 'ExpiredTokenException', message, 400);
}

/** AWS shows what it has signed itself, the session token among it. */
export function wrongSignature(call: RecordedCall): Answer {
  const token = call.headers['x-amz-security-token'];
  const message =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
    'signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have ' +
    `been\n'${call.method}\n${call.url}\n\nhost:${call.headers['host']}\nx-amz-security-token:${token}\n'`;
  return isXml(call)
    ? refuse(call, 'SignatureDoesNotMatch', message, 403)
    : refuse(call, 'InvalidSignatureException', message, 403);
}

function isXml({ service }: RecordedCall): boolean {
  return ['s3', 'iam', 'sts'].includes(service);
}

/** An error in the protocol of the call. */
function refuse(call: RecordedCall, code: string, message: string, status: number): Answer {
  const headers = { 'x-amzn-requestid': 'refused-by-the-gateway' };
  if (!isXml(call)) {
    return {
      status,
      headers: { ...headers, 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: Buffer.from(JSON.stringify({ __type: code, message })),
    };
  }
  const error = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  const body =
    call.service === 's3'
      ? `<?xml version="1.0"?><Error>${error}</Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>refused-by-the-gateway</RequestId></ErrorResponse>`;
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: Buffer.from(call.method === 'HEAD' ? '' : body),
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
