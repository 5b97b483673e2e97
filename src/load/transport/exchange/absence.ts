/**
 * Which failures say that there is nothing to load: no such service or endpoint, or none that lets this caller in. Not
 * those that pass: overload (429, 503), a fault of the service (5xx), a name that is not resolved for now, an answer
 * that did not come.
 */

/** An answer's status, and AWS's name for the error or nothing. */
export function isAbsence(status: number, code: string, message: string): boolean {
  // Its own container said so: the endpoint is there.
  if (code === 'ModelError' || status === 424 || status === 429 || status >= 500) return false;
  if (absentStatuses.has(status) || absentCodes.test(code)) return true;
  return (
    /^Validation(Error|Exception)$/.test(code) &&
    /\b(endpoint|variant)\b.*\bnot\s+(be\s+)?found\b/is.test(message)
  );
}

/** A socket's system error, before there was a connection. */
export function isAbsentSocket(code: string): boolean {
  return absentSockets.has(code);
}

/** Where the clock may be why: what a signature, or a token, is refused for. */
export function mayBeOfTheClock(status: number, code: string): boolean {
  return status === 401 || status === 403 || clockCodes.test(code);
}

const absentStatuses = new Set([401, 403, 404, 407, 410]);

/** Wherever AWS sends them: some of its services say them with 400. */
const clockCodes =
  /^(InvalidSignature|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|AuthFailure)/;
const absentCodes = new RegExp(
  `${clockCodes.source}|^(AccessDenied|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId|InvalidToken|NotAuthorized|OptInRequired|ResourceNotFound)`,
);

const absentSockets = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH']);
