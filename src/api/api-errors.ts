import type { Refusal } from './model-invoker.ts';

/** What a caller of the API is told: an HTTP status, and `{"Code","Message"}` in the body. */
export interface ApiError {
  status: number;
  code: string;
  message: string;
  /** Further members of the body. */
  details?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** For the operator's log alone: names, accounts and addresses that are none of the caller's business. */
  logged?: string;
}

/**
 * The runtime's error → the caller's.
 *
 *   InvokeEndpoint                          /evaluate
 *   ModelError, the model said 400     →    400  the model's own words: the input was wrong
 *   ModelError, anything else          →    424  with OriginalStatusCode and OriginalMessage
 *   ValidationError                    →    400  but 503 if it is about the endpoint: not the caller's doing
 *   ThrottlingException (HTTP 400)     →    429  Retry-After
 *   ModelNotReadyException             →    429  Retry-After
 *   ServiceUnavailable                 →    503
 *   InternalDependencyException        →    530
 *   InternalFailure, anything else     →    500
 *
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors
 */
export function explainRefusal(refusal: Refusal): ApiError {
  const logged = `${refusal.code} (${refusal.status}): ${refusal.message}`;
  switch (refusal.code) {
    case 'ModelError':
      return explainModelError(refusal);
    case 'ValidationError':
    case 'ValidationException':
      return isAboutTheEndpoint(refusal.message)
        ? { status: 503, code: 'ServiceUnavailable', message: 'The model is not deployed.', logged }
        : {
            status: 400,
            code: 'BadRequestError',
            message: refusal.message || 'The model refused the input.',
          };
    case 'ModelNotReadyException':
      return {
        ...retryLater('ModelNotReadyException', 'The model is not ready yet; try again.', refusal, 5),
        logged,
      };
    case 'ServiceUnavailable':
    case 'ServiceUnavailableException':
      return { ...unavailable('The model cannot be reached at the moment; try again.'), logged };
    case 'InternalDependencyException':
      return {
        status: 530,
        code: refusal.code,
        message: 'A service that the model depends on failed.',
        logged,
      };
    case 'InternalFailure':
    case 'InternalFailureException':
      return { status: 500, code: 'InternalFailure', message: 'The model service failed.', logged };
    default:
      return explainByStatus(refusal, logged);
  }
}

export function unavailable(message: string): ApiError {
  return { status: 503, code: 'ServiceUnavailable', message, headers: { 'retry-after': '1' } };
}

function explainModelError(refusal: Refusal): ApiError {
  const original = bounded(refusal.originalMessage ?? '');
  if (refusal.originalStatusCode === 400) {
    return {
      status: 400,
      code: 'BadRequestError',
      message: wordsOf(original) || 'The model refused the input.',
    };
  }
  return {
    status: 424,
    code: 'ModelError',
    message: `The model answered with status ${refusal.originalStatusCode ?? 'unknown'}: ${wordsOf(original) || 'no message'}`,
    details: { OriginalStatusCode: refusal.originalStatusCode, OriginalMessage: original },
  };
}

/**
 * Errors the runtime's model does not name: throttles come as `ThrottlingException`, `Throttling`, `TooManyRequests…`.
 */
function explainByStatus(refusal: Refusal, logged: string): ApiError {
  if (/throttl|toomanyrequests/i.test(refusal.code) || refusal.status === 429) {
    return retryLater('TooManyRequestsError', 'Too many requests; try again.', refusal, 1);
  }
  if (refusal.status === 413) return payloadTooLarge();
  if (refusal.status === 503) {
    return { ...unavailable('The model cannot be reached at the moment; try again.'), logged };
  }
  // Access denied, an expired token, a wrong signature: the API's own set-up, which is not to be told to its callers.
  return { status: 500, code: 'InternalFailure', message: 'The model service failed.', logged };
}

export function payloadTooLarge(): ApiError {
  return {
    status: 413,
    code: 'PayloadTooLarge',
    message: 'The body is larger than 6291456 bytes, the most that a SageMaker endpoint takes.',
  };
}

function retryLater(code: string, message: string, refusal: Refusal, seconds: number): ApiError {
  return {
    status: 429,
    code,
    message,
    headers: { 'retry-after': String(refusal.retryAfterSeconds ?? seconds) },
  };
}

function isAboutTheEndpoint(message: string): boolean {
  return /\bendpoint\b.*(not found|does not exist)|could not find endpoint|\bvariant\b.*not found/i.test(
    message,
  );
}

/** The sentence in a container's JSON error body, else the body itself. */
function wordsOf(originalMessage: string): string {
  try {
    const body: unknown = JSON.parse(originalMessage);
    if (typeof body === 'object' && body !== null) {
      for (const name of ['message', 'Message', 'error', 'detail']) {
        const words = (body as Record<string, unknown>)[name];
        if (typeof words === 'string') return words;
      }
    }
  } catch {
    // Plain text.
  }
  return originalMessage;
}

function bounded(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
