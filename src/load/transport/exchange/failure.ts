import { STATUS_CODES } from 'node:http';
import { systemErrorCode } from '../../../core/errors.ts';
import type { ErrorKind } from '../../../record/schemas/result.ts';
import { isAbsence, isAbsentSocket, mayBeOfTheClock } from './absence.ts';
import { tlsFaultOf } from './tls-fault.ts';

/** Why a request failed, normalised so that a million alike make one line of the report. */
export interface RequestFailure {
  kind: ErrorKind;
  /** HTTP status; 0 where no response came. */
  status: number;
  message: string;
  /** It says that there is nothing to load: in one line, with the numbers and names that `message` leaves out. */
  absent?: string;
  /** With a scenario: the named request that failed. */
  name?: string;
  method?: string;
}

/**
 * A whole response of status 400 and above, by what SageMaker's runtime, its API front or any HTTP service says.
 * @param skew that this machine's clock is not the server's, where it is not
 */
export function failureOfResponse(
  status: number,
  errorType: string,
  body: string,
  skew: string | null = null,
): RequestFailure {
  const members = parseMembers(body);
  const code = tidyCode(errorType || textMember(members, '__type', 'code', 'Code'));
  const said = textMember(members, 'message', 'Message', 'error', 'errorMessage');
  const message = normaliseMessage(said);
  if (status === 424 || code === 'ModelError') {
    const originalStatus = /"OriginalStatusCode"\s*:\s*(\d{3})\b/.exec(body)?.[1];
    const original = normaliseMessage(textMember(members, 'OriginalMessage')) || message;
    const note = originalStatus === undefined ? '' : `OriginalStatusCode ${originalStatus}`;
    return { kind: 'model', status, message: joinParts('ModelError', note, original) };
  }
  const kind: ErrorKind =
    status === 429 || /^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(code) ? 'throttled' : 'http';
  const name = code || `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const note = skew !== null && mayBeOfTheClock(status, code) ? skew : '';
  return {
    kind,
    status,
    message: joinParts(name, note, message),
    ...(isAbsence(status, code, said) && kind === 'http'
      ? { absent: joinParts(name, note, oneLine(said)) }
      : {}),
  };
}

/** A socket that broke, by its system error. Running out of ports or descriptors is the generator's own fault. */
export function failureOfSocket(error: Error, connected: boolean): RequestFailure {
  const code = systemErrorCode(error) ?? '';
  if (ownFaults.has(code))
    return { kind: 'client', status: 0, message: `${code} on this machine: ${ownFaults.get(code)}` };
  const tls = tlsFaultOf(code);
  const said = normaliseMessage(error.message);
  const what =
    socketFaults.get(code) ??
    (tls === null
      ? said
      : tls.code === 'certificate'
        ? `certificate not trusted: ${said}`
        : `the server ${tls.words}`);
  const absent = tls !== null || (!connected && isAbsentSocket(code));
  return {
    kind: 'connection',
    status: 0,
    message: joinParts(what, connected ? '' : 'no connection', code),
    ...(absent ? { absent: joinParts(what, '', tls === null ? oneLine(error.message) : code) } : {}),
  };
}

/** `com.amazon#ThrottlingException:http://…` → `ThrottlingException`; of a server's text, no more than a name. */
function tidyCode(text: string): string {
  return text
    .replace(/^.*#|:.*$/gs, '')
    .replace(/[^\w.-]/g, '')
    .slice(0, 80);
}

/** Folds what differs from request to request (numbers, ids), takes out what would steer a terminal, and cuts at 200 characters. */
export function normaliseMessage(text: string): string {
  return printable(text)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '#')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '#')
    .replace(/\d+(?:\.\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim().slice(0, 200);
}

function printable(text: string): string {
  return text.slice(0, 1_000).replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

const ownFaults = new Map([
  ['EADDRNOTAVAIL', 'no local port is free'],
  ['EMFILE', 'no file descriptor is free (ulimit -n)'],
  ['ENFILE', 'no file descriptor is free'],
  ['ENOBUFS', 'no socket buffer is free'],
]);

const socketFaults = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection closed while sending'],
  ['ETIMEDOUT', 'connection timed out'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['ENOTFOUND', 'host name not found'],
  ['EAI_AGAIN', 'host name not resolved for now'],
]);

function parseMembers(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // Not JSON, or cut off by the excerpt's bound: the status alone must do.
    return {};
  }
}

function textMember(members: Record<string, unknown>, ...names: string[]): string {
  for (const name of names) if (typeof members[name] === 'string') return members[name];
  return '';
}

function joinParts(head: string, note: string, tail: string): string {
  return `${head}${note === '' ? '' : ` (${note})`}${tail === '' ? '' : `: ${tail}`}`;
}
