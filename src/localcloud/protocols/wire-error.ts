import { systemErrorCode } from '../../core/errors.ts';
import { ServiceError } from '../service/operation.ts';

/** Told of every error that no operation foresaw: the caller only learns that something failed. */
export type ReportBug = (error: unknown) => void;

/** What a caller gets to see of whatever was thrown. */
export function toServiceError(error: unknown, reportBug: ReportBug): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = systemErrorCode(error);
  if (code !== undefined && diskTrouble.has(code)) return noSpace(error);
  reportBug(error);
  return new ServiceError(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
}

/** The machine's trouble and no bug: what the stand-in keeps cannot be written. */
const diskTrouble = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE']);

/** No status that callers take for a passing one: they would try again, and the disk would be as full. */
function noSpace(error: unknown): ServiceError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError('InsufficientStorage', `The stand-in cannot keep this: ${reason}`, 507);
}

/** Whose fault it was, in the words of the query protocol. */
export function faultOf(error: ServiceError): 'Sender' | 'Receiver' {
  return error.status < 500 ? 'Sender' : 'Receiver';
}

/**
 * The code that the query protocol gives to an error: services that came from it keep its older codes, and their newer
 * protocols carry them beside the error's name in `x-amzn-query-error`. From CloudWatch's service model.
 */
export function queryErrorCode(code: string): string {
  return queryCodes[code] ?? code;
}

/** Value of `x-amzn-query-error`, for callers that sent `x-amzn-query-mode: true`. */
export function queryErrorHeader(error: ServiceError): string {
  return `${queryErrorCode(error.code)};${faultOf(error)}`;
}

const queryCodes: Record<string, string> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
  ValidationException: 'ValidationError',
  LimitExceededFault: 'LimitExceeded',
  InvalidFormatFault: 'InvalidFormat',
  InternalServiceFault: 'InternalServiceError',
  DashboardNotFoundError: 'ResourceNotFound',
  DashboardInvalidInputError: 'InvalidParameterInput',
  // Common to all services: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ExpiredTokenException: 'ExpiredToken',
  AccessDeniedException: 'AccessDenied',
};
