import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex, signRequest } from '../../../src/core/sigv4.ts';
import { createShaper } from '../../../src/load/iteration/scenario/shape.ts';
import type { Destination } from '../../../src/load/plan/plan.ts';
import { headersOf, withHeaders } from '../../../src/load/request/headers.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { takeApart } from '../../../src/load/request/request-parts.ts';
import { contents, planFor } from '../support/plan.ts';

type Lines = [name: string, value: string][];

/** Lines of the head that a run's requests have with these on the command line. */
function sentWith(lines: Lines, destination: Partial<Destination> = {}): string[] {
  const request = prepareRequest(
    planFor('unused', {
      destination: {
        kind: 'url',
        url: 'http://service/',
        method: 'POST',
        headers: headersOf(lines),
        ...destination,
      } as Destination,
    }),
    contents,
  );
  if (destination.kind === 'runtime')
    request.useCredentials({ accessKeyId: 'mlbench', secretAccessKey: 'local' });
  return request.bytesAt(0).toString('latin1').split('\r\n\r\n')[0]!.split('\r\n').slice(1);
}

const runtime: Partial<Destination> = {
  kind: 'runtime',
  endpointName: 'e',
  region: 'us-east-1',
  url: 'http://service',
};

describe('headers of one name', () => {
  it('are all sent, a line each and in their order, however their names are written', () => {
    // What every object inherits is no header, and what would be its prototype is one.
    const inherited = ['constructor', '__proto__', 'toString'];
    const usualNames = ['X-Trace', 'x-trace', 'x-TRACE', 'Accept', 'accept', 'Via', 'x-other'];
    const name = fc.constantFrom(...usualNames, ...inherited);
    const line = fc.tuple(name, fc.stringMatching(/^[a-z0-9=;]{1,8}$/));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom({}, runtime), (lines, destination) => {
        const sent = sentWith(lines, destination);
        for (const lower of ['x-trace', 'accept', 'via', 'x-other', 'constructor', '__proto__', 'tostring']) {
          const given = lines
            .filter(([own]) => own.toLowerCase() === lower)
            .map(([, value]) => `${lower}: ${value}`);
          const usual = lower === 'accept' ? ['accept: application/json'] : [];
          expect(sent.filter((text) => text.startsWith(`${lower}: `))).toEqual(
            given.length > 0 ? given : usual,
          );
        }
      }),
    );
  });

  it('are all sent over HTTP/2, too', () => {
    const head = `POST / HTTP/1.1\r\n${sentWith([
      ['X-A', '1'],
      ['x-b', '2'],
      ['x-a', '3'],
    ]).join('\r\n')}\r\n\r\n`;
    expect(takeApart(Buffer.from(head)).headers).toMatchObject({ 'x-a': ['1', '3'], 'x-b': '2' });
  });

  it.each([
    'Content-Type',
    'authorization',
    'Host',
    'User-Agent',
    'Cookie',
    'range',
    'X-Amzn-SageMaker-Target-Variant',
  ])('are refused where a request has one at most: %s', (name) => {
    expect(() => sentWith([[name, 'a']])).not.toThrow();
    const twice: Lines = [
      [name, 'a'],
      [name.toUpperCase(), 'b'],
    ];
    expect(() => sentWith(twice)).toThrow(
      expect.objectContaining({
        code: 'bad-header',
        exitCode: 2,
        message: expect.stringMatching(/^the header "[a-z-]+" is given 2 times, .* one of it at most$/),
      }),
    );
  });

  it('are signed as AWS reads them: joined by commas', () => {
    const scope = { region: 'us-east-1', service: 'sagemaker' };
    const credentials = { accessKeyId: 'mlbench', secretAccessKey: 'local' };
    const signed = (headers: Record<string, string | string[]>) =>
      signRequest({ method: 'POST', path: '/', headers, payloadHash: sha256Hex('') }, scope, credentials, 0);
    expect(signed({ 'x-a': [' 1  2 ', '3'] })).toEqual(signed({ 'x-a': '1 2,3' }));
    expect(signed({ 'x-a': ['3', '1 2'] })).not.toEqual(signed({ 'x-a': '1 2,3' }));
    const sent = sentWith(
      [
        ['x-b', '1'],
        ['X-B', '2'],
      ],
      runtime,
    );
    expect(sent.filter((line) => line.startsWith('x-b'))).toEqual(['x-b: 1', 'x-b: 2']);
    expect(sent.find((line) => line.startsWith('authorization'))).toContain(';x-amz-date;x-b,');
  });
});

describe('a header beyond ASCII', () => {
  it.each(['é', 'Grüße ☃', '日本語', '👩🏽‍🚀', 'à\u00a0b'])('%j is sent as UTF-8', (value) => {
    const [line] = sentWith([['x-name', value]]).filter((text) => text.startsWith('x-name'));
    expect(Buffer.from(line!, 'latin1').toString('utf8')).toBe(`x-name: ${value}`);
  });

  it.each([
    ['\ufffd', 'its value is not UTF-8 text'],
    ['\ud800', 'its value is not UTF-8 text'],
    ['a\u0000b', 'a character that no header may'],
    ['a\u0085b', 'a character that no header may'],
    ['a\u007f', 'a character that no header may'],
    ['é\r\nx-evil: 1', 'a character that no header may'],
  ])('%j is refused', (value, why) => {
    expect(() => sentWith([['x-name', value]])).toThrow(
      expect.objectContaining({ code: 'bad-header', exitCode: 2, message: expect.stringContaining(why) }),
    );
  });
});

it('a content type that was asked for is sent without a body, too', () => {
  const headOf = (headers: Record<string, string>) =>
    prepareRequest(
      planFor('unused', {
        body: null,
        destination: { kind: 'url', url: 'http://service/', method: 'GET', headers },
      }),
      {},
    )
      .bytesAt(0)
      .toString();
  expect(headOf({ 'Content-Type': 'text/csv' })).toContain('content-type: text/csv\r\n');
  expect(headOf({})).not.toContain('content-type');
});

describe('headers of a scenario’s request', () => {
  const request = prepareRequest(
    planFor('unused', {
      destination: {
        kind: 'url',
        url: 'http://service/',
        method: 'POST',
        headers: { 'x-run': ['1', '2'], 'x-both': 'run' },
      },
    }),
    contents,
  );
  const shaped = (headers: Record<string, unknown>) =>
    createShaper(request, false).asked({ path: '/', headers: headers as Record<string, string> }).shape
      .headers;

  it('stand beside the run’s, and each takes the place of one of its name', () => {
    expect(shaped({ 'X-Both': ['a', 'b'], 'x-own': 7 })).toMatchObject({
      'x-run': ['1', '2'],
      'x-both': ['a', 'b'],
      'x-own': '7',
    });
    expect(shaped({ 'X-Own': '1', 'x-own': '2' })).toMatchObject({ 'x-own': ['1', '2'] });
    const odd = shaped({ constructor: 'a', ['__proto__']: 'b' });
    expect(Object.entries(odd)).toEqual(
      expect.arrayContaining([
        ['constructor', 'a'],
        ['__proto__', 'b'],
      ]),
    );
  });

  it('without a value are refused: "undefined" is nobody’s token', () => {
    expect(() => shaped({ 'x-token': undefined })).toThrow(/"x-token" cannot be sent: it has no value/);
    expect(() => shaped({ 'x-token': null })).toThrow(/it has no value/);
    expect(() => shaped({ 'x-token': [] })).toThrow(/it has no value/);
    expect(() => shaped({ 'x-token': ['1', undefined] })).toThrow(/it has no value/);
  });
});

describe('a scenario’s body', () => {
  const request = prepareRequest(planFor('http://service/'), contents);
  const bodyOf = (body: unknown) => {
    const asked = createShaper(request, false).asked({ path: '/', body: body as object });
    return { type: asked.shape.headers['content-type'], text: Buffer.from(asked.body!).toString('latin1') };
  };

  it.each([
    ['text', 'a', 'a'],
    ['bytes', Buffer.from('a'), 'a'],
    ['an array buffer', new Uint8Array([97, 98]).buffer, 'ab'],
    ['a view of one', new DataView(new Uint8Array([97, 98, 99]).buffer, 1), 'bc'],
    ['an object', { a: [1] }, '{"a":[1]}'],
    ['an object that says what it is in JSON', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('is %s as it is', (_, body, text) => {
    expect(bodyOf(body).text).toBe(text);
  });

  it.each([
    ['Map', new Map([[1, 2]])],
    ['Set', new Set([1])],
    ['Promise', Promise.resolve({ a: 1 })],
    ['URLSearchParams', new URLSearchParams('a=1')],
    ['FormData', new FormData()],
    ['Blob', new Blob(['a'])],
  ])('of type %s, of which JSON makes {}, is refused', (kind, body) => {
    expect(() => bodyOf(body)).toThrow(`a body of type ${kind} cannot be sent`);
  });
});

it('withHeaders leaves what it is given alone', () => {
  const usual = { accept: 'a' };
  withHeaders(usual, { Accept: 'b' }, false);
  expect(usual).toEqual({ accept: 'a' });
});
