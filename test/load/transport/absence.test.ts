import { describe, expect, it } from 'vitest';
import { skewWords } from '../../../src/core/clock-skew.ts';
import { failureOfResponse, failureOfSocket } from '../../../src/load/transport/exchange/failure.ts';

const said = (message: string) => JSON.stringify({ message });

describe('an answer that says that there is nothing to load', () => {
  it.each([
    [
      'an endpoint that is not there',
      400,
      'ValidationError',
      said('Endpoint nope of account 123456789012 not found.'),
    ],
    ['a variant that is not there', 400, 'ValidationError', said('Variant blue could not be found.')],
    ['a key that nobody knows', 400, 'UnrecognizedClientException', said('The security token is invalid.')],
    ['a token that has expired', 400, 'ExpiredTokenException', said('The security token has expired')],
    ['a wrong signature', 403, 'InvalidSignatureException', said('Signature expired')],
    [
      'no permission',
      400,
      'AccessDeniedException',
      said('not authorized to perform: sagemaker:InvokeEndpoint'),
    ],
    ['401', 401, '', ''],
    ['403', 403, '', said('Forbidden')],
    ['404', 404, '', '<html>'],
    ['410', 410, '', ''],
    ['a proxy that asks who is there', 407, '', ''],
  ])('is %s', (_, status, code, body) => {
    expect(failureOfResponse(status, code, body).absent).toBeTypeOf('string');
  });

  it.each([
    ['a request that is wrong', 400, 'ValidationError', said('Member must have length less than 6291456')],
    ['a body that is wrong', 400, '', said('no such column: endpoint')],
    ['overload', 429, '', ''],
    ['a throttle, whatever its status', 403, 'ThrottlingException', said('Rate exceeded')],
    [
      'a model that answers 404',
      424,
      'ModelError',
      '{"OriginalStatusCode":404,"OriginalMessage":"Not Found"}',
    ],
    ['a fault of the service', 500, '', ''],
    ['a fleet without an instance', 503, 'ServiceUnavailable', said('no instance is serving')],
    ['an API whose model is not deployed now', 503, 'ServiceUnavailable', said('The model is not deployed.')],
    ['a method that is not allowed', 405, '', ''],
    ['a time-out of the server', 408, '', ''],
  ])('is not %s', (_, status, code, body) => {
    expect(failureOfResponse(status, code, body).absent).toBeUndefined();
  });

  it('keeps the names and numbers that the message of its group leaves out', () => {
    const body = said('Endpoint nope-7 of account 123456789012\u001b[2J not\nfound.');
    expect(failureOfResponse(400, 'ValidationError', body)).toMatchObject({
      message: 'ValidationError: Endpoint nope-# of account # [#J not found.',
      absent: 'ValidationError: Endpoint nope-7 of account 123456789012 [2J not found.',
    });
  });

  const broken = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:4711`), { code });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'])('is %s', (code) => {
    expect(failureOfSocket(broken(code), false).absent).toContain('127.0.0.1:4711');
  });

  it('is a TLS handshake that is refused', () => {
    expect(failureOfSocket(broken('DEPTH_ZERO_SELF_SIGNED_CERT'), true).absent).toContain('certificate');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EMFILE', 'EADDRNOTAVAIL', 'ENETUNREACH'])(
    'is not %s',
    (code) => {
      expect(failureOfSocket(broken(code), false).absent).toBeUndefined();
    },
  );
});

describe('a clock that is not the server’s', () => {
  const nowMs = Date.UTC(2026, 5, 1, 12);
  const date = (offMinutes: number) => new Date(nowMs - offMinutes * 60_000).toUTCString();

  it.each([
    [20, "this machine's clock is 20m ahead of the server's"],
    [-20, "this machine's clock is 20m behind the server's"],
    [5, "this machine's clock is 5m ahead of the server's"],
    [4, null],
    [-1, null],
    [0, null],
  ])('by %i minutes is told so', (minutes, words) => {
    expect(skewWords(date(minutes), nowMs)).toBe(words);
  });

  it('is not told from an answer without a date, or with nonsense for one', () => {
    expect([skewWords(undefined, nowMs), skewWords('', nowMs), skewWords('yesterday', nowMs)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is named where a signature or a caller is refused, and nowhere else', () => {
    const skew = "this machine's clock is 20m ahead of the server's";
    const of = (status: number, code: string) =>
      failureOfResponse(status, code, said('Signature expired'), skew).message;
    expect(of(403, 'InvalidSignatureException')).toBe(
      `InvalidSignatureException (${skew}): Signature expired`,
    );
    expect(of(400, 'RequestExpired')).toContain(skew);
    expect(of(403, '')).toContain(skew);
    expect(of(404, '')).not.toContain(skew);
    expect(of(400, 'ValidationError')).not.toContain(skew);
  });
});
