import { profileWords } from '../../core/aws-profile.ts';
import { setTheClock, skewWords } from '../../core/clock-skew.ts';
import { cloudError, MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { redactText } from '../../core/redact.ts';
import { readQuotaRefusal } from './quota-refusal.ts';

/** Which call failed: `SageMaker CreateModel`, and the IAM action that allows it. */
export interface CallName {
  service: string;
  operation: string;
  /** `sagemaker:CreateModel` */
  action: string;
  /** Where it went, if not to AWS's own address. */
  url: string | undefined;
}

/**
 * An SDK's error in mlbench's words: the call, AWS's own message, its request id, and what to do. The cause is kept.
 * @param nowMs this machine's epoch milliseconds
 */
export function translateCloudError(error: unknown, call: CallName, nowMs: number): MlbenchError {
  if (error instanceof MlbenchError) return error;
  if (!(error instanceof Error)) return bug(error, call);
  const name = `${call.service} ${call.operation}`;
  const code = networkCodeOf(error);
  if (code && networkProblems[code]) return unreachable(name, code, call, error);
  if (error instanceof SyntaxError || /XML parse error/.test(error.message)) return notAws(name, call, error);
  const skew = isOfTheClock(error) ? skewWords(responseOf(error)?.headers?.['date'], nowMs) : null;
  if (skew !== null) {
    const said = error.message === 'UnknownError' ? '' : ` (${firstLine(error.message)})`;
    return userError(
      'clock-skew',
      `${name}: ${skew}, and signatures are refused for it${said}`,
      setTheClock,
      error,
    );
  }
  if (credentialProblems.has(error.name)) {
    return userError(
      'credentials',
      // Of a wrong signature AWS shows what was to be signed, the session token among it.
      `${name}: ${firstLine(error.message)}${profileWords()}`,
      'sign in again or set AWS_PROFILE (aws sts get-caller-identity must work), or use --target local',
      error,
    );
  }
  const metadata = metadataOf(error);
  if (!metadata) return bug(error, call);
  const requestId = metadata.requestId ? `, request id ${metadata.requestId}` : '';
  if (error.message === 'UnknownError') return wordless(name, call, metadata, error);
  return cloudError(
    kebab(error.name),
    `${name}: ${redactText(error.message) || `HTTP ${metadata.httpStatusCode}`} (${error.name}${requestId})`,
    remedyOf(error, call),
    error,
  );
}

/** True for the service's error of that name, translated or not, whose message matches. */
export function isCloudError(error: unknown, name: string | RegExp, message: RegExp = /(?:)/): boolean {
  const original = error instanceof MlbenchError ? error.cause : error;
  if (!(original instanceof Error)) return false;
  const named = typeof name === 'string' ? original.name === name : name.test(original.name);
  return named && message.test(original.message);
}

/** HTTP status of the service's answer, if there was one. */
export function cloudStatusOf(error: unknown): number | undefined {
  const original = error instanceof MlbenchError ? error.cause : error;
  return original instanceof Error ? metadataOf(original)?.httpStatusCode : undefined;
}

/** Of an answer that could not be read. */
export function responseStatusOf(error: Error): number | undefined {
  return responseOf(error)?.statusCode;
}

function responseOf(error: Error): { statusCode?: number; headers?: Record<string, string> } | undefined {
  return (error as { $response?: { statusCode?: number; headers?: Record<string, string> } }).$response;
}

interface ResponseMetadata {
  httpStatusCode?: number;
  requestId?: string;
}

function metadataOf(error: Error): ResponseMetadata | undefined {
  const metadata = (error as { $metadata?: ResponseMetadata }).$metadata;
  return metadata && (metadata.httpStatusCode !== undefined || metadata.requestId !== undefined)
    ? metadata
    : undefined;
}

/** The SDK's own time-outs have no code, and no answer they would come from. */
function networkCodeOf(error: Error): string | undefined {
  return (
    systemErrorCode(error) ?? (error.name === 'TimeoutError' && !metadataOf(error) ? 'ETIMEDOUT' : undefined)
  );
}

const networkProblems: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

const credentialProblems = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
]);

/** What a service says where the signature's time may be why; S3 says nothing at all to HEAD. */
function isOfTheClock(error: Error): boolean {
  if (error.message === 'UnknownError') return metadataOf(error)?.httpStatusCode === 403;
  return (
    credentialProblems.has(error.name) ||
    /^(Request(TimeTooSkewed|Expired|InTheFuture)|AuthFailure)/.test(error.name)
  );
}

function unreachable(name: string, code: string, call: CallName, error: Error): MlbenchError {
  const where = call.url ?? 'AWS';
  return cloudError(
    'unreachable',
    `${name}: ${where} cannot be reached: ${networkProblems[code]} (${code})`,
    call.url
      ? `see whether it runs: ${ownCommand('status')}; ${ownCommand('up')} starts the stand-in anew`
      : 'check the network, a proxy, and --region',
    error,
  );
}

/** A proxy's page, or an emulator without that call, answers HTML: the SDK says `Unexpected token '<'`. */
function notAws(name: string, call: CallName, error: Error): MlbenchError {
  const status = responseStatusOf(error);
  return cloudError(
    'not-aws-protocol',
    `${name}: ${call.url ?? 'the server'} did not answer in AWS's protocol${status ? ` (HTTP ${status})` : ''}: ${firstLine(error.message)}`,
    'check what stands between here and AWS (a proxy?) and AWS_ENDPOINT_URL',
    error,
  );
}

/** S3 says nothing but a status to HEAD, and the SDK calls that an UnknownError. */
function wordless(
  name: string,
  call: CallName,
  { httpStatusCode: status = 0, requestId }: ResponseMetadata,
  error: Error,
): MlbenchError {
  const remedies: Record<number, string> = {
    400: 'see whether the credentials are still good: aws sts get-caller-identity',
    403: permissionRemedy('', call),
  };
  return cloudError(
    `http-${status}`,
    `${name}: HTTP ${status}${requestId ? ` (request id ${requestId})` : ''}`,
    remedies[status] ?? remedyOf(error, call),
    error,
  );
}

function remedyOf(error: Error, call: CallName): string {
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(error.name)) {
    return permissionRemedy(error.message, call);
  }
  if (error.name === 'ResourceLimitExceeded') {
    const quota = readQuotaRefusal(error.message)?.name ?? '… for endpoint usage';
    return `ask for more of "${quota}" in the Service Quotas console (Amazon SageMaker), or use another --instance-type`;
  }
  if (/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(error.name)) {
    return 'AWS limits the rate of this call: wait a minute and try again';
  }
  if ((metadataOf(error)?.httpStatusCode ?? 0) >= 500) return 'the service failed: try again in a minute';
  return `change what the message names; ${ownCommand('status')} shows what exists, ${ownCommand('down')} removes it`;
}

function permissionRemedy(message: string, call: CallName): string {
  return `let an administrator allow it: ${JSON.stringify(missingStatement(message, call))}`;
}

/** What AWS says is missing: it may be another action than the call's own, `iam:PassRole` for one. */
function missingStatement(message: string, call: CallName) {
  const [, action, resource] = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? [];
  return { Effect: 'Allow', Action: action ?? call.action, Resource: resource?.replace(/[.,]$/, '') ?? '*' };
}

function bug(error: unknown, call: CallName): MlbenchError {
  const message = error instanceof Error ? error.message : String(error);
  return new MlbenchError({
    code: 'cloud-call-failed',
    message: `${call.service} ${call.operation}: ${message}`,
    remedy: 'please report this',
    source: 'bug',
    cause: error,
  });
}

function firstLine(text: string): string {
  return redactText(text.split('\n', 1)[0] ?? '');
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
