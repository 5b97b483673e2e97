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
  /** Set where this machine failed, and neither service nor network: no descriptor, no port, no route. */
  local?: true;
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

/** A socket that broke, by its system error. What this machine could not do is the generator's own fault. */
export function failureOfSocket(error: Error, connected: boolean): RequestFailure {
  const code = systemErrorCode(error) ?? '';
  const own = ownFaultOf(code, connected);
  if (own !== null)
    return { kind: 'client', status: 0, message: `${code} on this machine: ${own}`, local: true };
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

/**
 * Folds what differs from request to request (numbers, ids), takes out what would steer a terminal, and cuts at 200
 * characters.
 */
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

/**
 * What this machine lacked, by the system's error code.
 * @param connected the connection stood: then the network may say so, too, that there is no way to the service
 * @returns null for what is no fault of this machine
 */
export function ownFaultOf(code: string, connected: boolean): string | null {
  return shortages.get(code) ?? (connected ? null : (refusals.get(code) ?? null));
}

/** Whether another address of the service would meet with the same. */
export function isShortage(error: Error): boolean {
  return shortages.has(systemErrorCode(error) ?? '');
}

/** This machine has no more of it. */
const shortages = new Map([
  ['EMFILE', 'no file descriptor is free (ulimit -n)'],
  ['ENFILE', 'no file descriptor is free (fs.file-max)'],
  ['ENOBUFS', 'no socket buffer is free'],
  ['ENOMEM', 'no memory is free'],
]);

/**
 * This machine's kernel refuses to connect there: nothing was sent. What comes back from the network is named
 * otherwise.
 */
const refusals = new Map([
  ['EADDRNOTAVAIL', 'no local port or address is free'],
  ['EADDRINUSE', 'no local port is free'],
  ['EAGAIN', 'no local port is free'],
  ['EACCES', 'a rule of its own forbids the connection (firewall, route)'],
  ['EPERM', 'a rule of its own forbids the connection (firewall, sandbox)'],
  ['EINVAL', 'its routes lead nowhere'],
  ['ENETUNREACH', 'it has no route there'],
  ['ENETDOWN', 'its network is down'],
  ['ENODEV', 'it has no network interface for that'],
  ['EAFNOSUPPORT', 'it does not speak this version of IP'],
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
