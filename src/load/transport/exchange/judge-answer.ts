import { decodeBody } from './decode-body.ts';
import { failureOfResponse, type RequestFailure } from './failure.ts';
import { maxExcerptBytes } from './limits.ts';
import type { ProtocolFault } from './protocol-error.ts';

/** An answer that has come whole. */
export interface WholeAnswer {
  status: number;
  errorType: string;
  codings: string;
  /** As much of it as is kept, as it came. */
  body: Buffer;
  /** All of it, counted. */
  bodyBytes: number;
}

/**
 * What an answer makes of its request.
 * @param keepBytes how much of a body is kept, decoded; an error's has its message looked for in any case
 */
export function judgeAnswer(
  { status, errorType, codings, body, bodyBytes }: WholeAnswer,
  keepBytes: number,
): { body: Buffer; failure: RequestFailure | null } {
  const mostBytes = Math.max(keepBytes, maxExcerptBytes);
  const decoded = codings === '' ? body : decodeBody(body, codings, body.length === bodyBytes, mostBytes);
  const read = decoded ?? body;
  if (status >= 400) {
    const failure = failureOfResponse(status, errorType, read.toString('utf8', 0, maxExcerptBytes));
    return { body: read, failure };
  }
  if (decoded !== null) return { body: read, failure: null };
  const message: ProtocolFault = 'body not in the coding it names';
  return { body: read, failure: { kind: 'protocol', status, message } };
}
