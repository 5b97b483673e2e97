import { ServiceError } from '../service/operation.ts';

/** Why a request may not come in. The services word it in their own ways. */
export type RefusalKind =
  | 'missing'
  | 'incomplete'
  | 'bad-date'
  | 'skewed'
  | 'expired'
  | 'wrong-signature'
  | 'wrong-token'
  | 'expired-token'
  | 'no-payload-hash';

export class AccessRefused extends Error {
  override readonly name = 'AccessRefused';
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** In the words of all services but S3. What is not a refusal is passed on. */
export function asServiceError(error: unknown): unknown {
  if (!(error instanceof AccessRefused)) return error;
  return new ServiceError(codes[error.kind], error.message, 403);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const codes: Record<RefusalKind, string> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  'bad-date': 'IncompleteSignatureException',
  skewed: 'InvalidSignatureException',
  expired: 'InvalidSignatureException',
  'wrong-signature': 'InvalidSignatureException',
  'wrong-token': 'UnrecognizedClientException',
  'expired-token': 'ExpiredTokenException',
  'no-payload-hash': 'IncompleteSignatureException',
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function asS3Error(error: unknown): unknown {
  if (!(error instanceof AccessRefused)) return error;
  const { code, status, message } = s3Words[error.kind];
  return new ServiceError(code, message ?? error.message, status);
}

const s3Words: Record<RefusalKind, { code: string; status: number; message?: string }> = {
  missing: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  incomplete: {
    code: 'AuthorizationQueryParametersError',
    status: 400,
    message:
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  },
  'bad-date': {
    code: 'AccessDenied',
    status: 403,
    message: 'AWS authentication requires a valid Date or x-amz-date header',
  },
  skewed: {
    code: 'RequestTimeTooSkewed',
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  expired: { code: 'AccessDenied', status: 403, message: 'Request has expired' },
  'wrong-signature': {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  'wrong-token': {
    code: 'InvalidToken',
    status: 400,
    message: 'The provided token is malformed or otherwise invalid.',
  },
  'expired-token': { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  'no-payload-hash': {
    code: 'InvalidRequest',
    status: 400,
    message: 'Missing required header for this request: x-amz-content-sha256',
  },
};
