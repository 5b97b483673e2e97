import { STATUS_CODES } from 'node:http';
import { systemErrorCode } from '../../../core/errors.ts';
import type { ErrorKind } from '../../../record/schemas/result.ts';
import { tlsFaultOf } from './tls-fault.ts';

/** Why a request failed, normalised so that a million alike make one line of the report. */
export interface RequestFailure {
  kind: ErrorKind;
  /** HTTP status; 0 where no response came. */
  status: number;
  message: string;
  /** With a scenario: the named request that failed. */
  name?: string;
  method?: string;
}

/** A whole response of status 400 and above, by what SageMaker's runtime, its API front or any HTTP service says. */
export function failureOfResponse(status: number, errorType: string, body: string): RequestFailure {
  const members = parseMembers(body);
  const code = tidyCode(errorType || textMember(members, '__type', 'code', 'Code'));
  const message = normaliseMessage(textMember(members, 'message', 'Message', 'error', 'errorMessage'));
  if (status === 424 || code === 'ModelError') {
    const original = /"OriginalStatusCode"\s*:\s*(\d{3})\b/.exec(body)?.[1];
    const said = normaliseMessage(textMember(members, 'OriginalMessage')) || message;
    return {
      kind: 'model',
      status,
      message: joinParts('ModelError', original === undefined ? '' : `OriginalStatusCode ${original}`, said),
    };
  }
  const kind: ErrorKind =
    status === 429 || /^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(code) ? 'throttled' : 'http';
  return {
    kind,
    status,
    message: joinParts(code || `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(), '', message),
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
  return { kind: 'connection', status: 0, message: joinParts(what, connected ? '' : 'no connection', code) };
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
  return text
    .slice(0, 1_000)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '#')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '#')
    .replace(/\d+(?:\.\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
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
