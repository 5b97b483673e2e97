import { skewWords } from '../../../core/clock-skew.ts';
import { decodeBody } from './decode-body.ts';
import { failureOfResponse, type RequestFailure } from './failure.ts';
import { maxExcerptBytes } from './limits.ts';
import type { ProtocolFault } from './protocol-error.ts';

/** An answer that has come whole. */
export interface WholeAnswer {
  status: number;
  errorType: string;
  codings: string;
  /** Its `date` header; empty: none. */
  date: string;
  /** As much of it as is kept, as it came. */
  body: Buffer;
  /** All of it, counted. */
  bodyBytes: number;
}

/**
 * What an answer makes of its request.
 * @param keepBytes how much of a body is kept, decoded; an error's has its message looked for in any case
 * @param nowMs this machine's epoch milliseconds
 */
export function judgeAnswer(
  { status, errorType, codings, date, body, bodyBytes }: WholeAnswer,
  keepBytes: number,
  nowMs: number,
): { body: Buffer; failure: RequestFailure | null } {
  const mostBytes = Math.max(keepBytes, maxExcerptBytes);
  const decoded = codings === '' ? body : decodeBody(body, codings, body.length === bodyBytes, mostBytes);
  const read = decoded ?? body;
  if (status >= 400) {
    const said = read.toString('utf8', 0, maxExcerptBytes);
    const failure = failureOfResponse(status, errorType, said, skewWords(date, nowMs));
    return { body: read, failure };
  }
  if (decoded !== null) return { body: read, failure: null };
  const message: ProtocolFault = 'body not in the coding it names';
  return { body: read, failure: { kind: 'protocol', status, message } };
}
