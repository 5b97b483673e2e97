import { describe, expect, it } from 'vitest';
import {
  failureOfResponse,
  failureOfSocket,
  isShortage,
  normaliseMessage,
} from '../../../src/load/transport/exchange/failure.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:4711`), { code });
}

describe('a failed response', () => {
  it.each([
    [
      429,
      '',
      '{"message":"Too Many Requests"}',
      'throttled',
      'HTTP 429 Too Many Requests: Too Many Requests',
    ],
    [
      400,
      'ThrottlingException:http://internal.amazon.com/',
      '{"message":"Rate exceeded"}',
      'throttled',
      'ThrottlingException: Rate exceeded',
    ],
    [
      400,
      '',
      '{"__type":"com.amazon#ThrottlingException","message":"Rate exceeded"}',
      'throttled',
      'ThrottlingException: Rate exceeded',
    ],
    [429, 'ModelNotReadyException', '{}', 'throttled', 'ModelNotReadyException'],
    [
      400,
      'ValidationError',
      '{"Message":"Endpoint x of account 123456789012 not found."}',
      'http',
      'ValidationError: Endpoint x of account # not found.',
    ],
    [503, 'ServiceUnavailable', '', 'http', 'ServiceUnavailable'],
    [500, '', '<html>', 'http', 'HTTP 500 Internal Server Error'],
    [404, '', '[1]', 'http', 'HTTP 404 Not Found'],
  ])('%d %s %s is %s', (status, errorType, body, kind, message) => {
    expect(failureOfResponse(status, errorType, body)).toMatchObject({ kind, status, message });
  });

  it('says no more than a name and a line, whatever a server sends', () => {
    const wild = `\u001b[2JBad${'x'.repeat(60_000)}\u009b`;
    const { message } = failureOfResponse(400, wild, JSON.stringify({ message: wild }));
    expect(message.length).toBeLessThan(300);
    expect(message).not.toMatch(/\p{Cc}/u);
    const model = JSON.stringify({ OriginalStatusCode: wild, OriginalMessage: '\u001b]0;owned\u0007' });
    expect(failureOfResponse(424, 'ModelError', model).message).toBe('ModelError: ]#;owned');
  });

  it('of the model carries the status that the model answered', () => {
    const body = JSON.stringify({
      Message: 'Received server error (503) from primary with message "queue full"',
      OriginalStatusCode: 503,
      OriginalMessage: '{"error":"queue of 256 is full"}',
      LogStreamArn: 'arn',
    });
    const expected = {
      kind: 'model',
      status: 424,
      message: 'ModelError (OriginalStatusCode 503): {"error":"queue of # is full"}',
    };
    expect(failureOfResponse(424, 'ModelError', body)).toEqual(expected);
    // Cut off by the excerpt's bound.
    expect(
      failureOfResponse(424, 'ModelError', '{"OriginalStatusCode":500,"OriginalMessage":"xx').message,
    ).toBe('ModelError (OriginalStatusCode 500)');
  });
});

describe('a broken socket', () => {
  it('is a connection failure, before or after it was connected', () => {
    expect(failureOfSocket(systemError('ECONNREFUSED'), false)).toMatchObject({
      kind: 'connection',
      status: 0,
      message: 'connection refused (no connection): ECONNREFUSED',
    });
    expect(failureOfSocket(systemError('ECONNRESET'), true).message).toBe('connection reset: ECONNRESET');
  });

  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])(
    'is this machine’s own fault for want of what it has no more of, at any time: %s',
    (code) => {
      for (const connected of [false, true])
        expect(failureOfSocket(systemError(code), connected)).toMatchObject({ kind: 'client', local: true });
      expect(isShortage(systemError(code))).toBe(true);
    },
  );

  it.each([
    'EADDRNOTAVAIL',
    'EADDRINUSE',
    'EAGAIN',
    'EACCES',
    'EPERM',
    'EINVAL',
    'ENETUNREACH',
    'ENETDOWN',
    'ENODEV',
    'EAFNOSUPPORT',
  ])('is this machine’s own fault where its kernel refuses to connect, not later: %s', (code) => {
    const refused = failureOfSocket(systemError(code), false);
    expect(refused).toMatchObject({ kind: 'client', status: 0, local: true });
    expect(refused.message).toMatch(new RegExp(`^${code} on this machine: \\w`));
    expect(failureOfSocket(systemError(code), true).kind).toBe('connection');
    // Another address of the service may be another matter.
    expect(isShortage(systemError(code))).toBe(false);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', ''])(
    'is the service’s or the network’s where they say so: %s',
    (code) => {
      const failure = failureOfSocket(systemError(code), false);
      expect(failure.kind).toBe('connection');
      expect(failure.local).toBeUndefined();
    },
  );
});

describe('a message', () => {
  it('loses what differs from request to request', () => {
    expect(
      normaliseMessage('request 3f2504e0-4f89-11d3-9a0c-0305e82c3301 took  12.5 ms,\n trace deadbeef01'),
    ).toBe('request # took # ms, trace #');
    expect(normaliseMessage('a'.repeat(5_000)).length).toBe(200);
  });
});
