import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeSegment, sha256Hex, signRequest } from '../../src/core/sigv4.ts';
import { prepareRequest } from '../../src/load/request/request.ts';
import { contents, planFor } from '../load/support/plan.ts';

/** The hash that the AWS SDK's signer asks for, on Node's. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array));
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {}
}

const names = fc.stringMatching(/^[A-Za-z0-9](-?[A-Za-z0-9]){0,40}$/);
const secrets = fc.stringMatching(/^[A-Za-z0-9/+]{16,40}$/);
const requests = fc.record({
  endpointName: fc.oneof(
    names,
    fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((name) => !/^\.{1,2}$/.test(name) && name.isWellFormed()),
  ),
  prefix: fc.constantFrom('', '/stage', '/a//b', '/with space', '/ü'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2'),
  host: fc.constantFrom('runtime.sagemaker.us-east-1.amazonaws.com', '127.0.0.1:4711'),
  body: fc.uint8Array({ maxLength: 300 }),
  contentType: fc.constantFrom('application/json', 'text/csv; charset=utf-8', ' text/plain  ;  a=b '),
  accept: fc.constantFrom('', 'application/json', '*/*'),
  accessKeyId: names,
  secretAccessKey: secrets,
  sessionToken: fc.option(secrets, { nil: undefined }),
  nowMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});

describe('a signature', () => {
  it('of a header beyond ASCII is that of the SDK over its text, whose UTF-8 is sent', async () => {
    const texts = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => /^[^\s\p{C}]+$/u.test(text));
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
    const nowMs = 1_750_000_000_000;
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const shared = { host: 'h', 'x-a': `${text}  à b` };
        const signer = new SignatureV4({
          service: 'sagemaker',
          region: 'us-east-1',
          credentials,
          sha256: Sha256,
        });
        const theirs = await signer.sign(
          { method: 'POST', protocol: 'http:', hostname: 'h', path: '/p', headers: shared, body: '' },
          { signingDate: new Date(nowMs) },
        );
        const wire = Buffer.from(shared['x-a'], 'utf8').toString('latin1');
        const ours = signRequest(
          { method: 'POST', path: '/p', headers: { host: 'h', 'x-a': wire }, payloadHash: sha256Hex('') },
          { service: 'sagemaker', region: 'us-east-1' },
          credentials,
          nowMs,
        );
        expect(ours['authorization']).toBe(theirs.headers['authorization']);
      }),
      { numRuns: 50 },
    );
  });

  it('is byte for byte what the AWS SDK’s signer makes of the same request', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (r) => {
        const path = new URL(`http://h${r.prefix}/endpoints/${escapeSegment(r.endpointName)}/invocations`)
          .pathname;
        const headers: Record<string, string> = {
          host: r.host,
          'content-type': r.contentType,
          ...(r.accept === '' ? {} : { accept: r.accept }),
          'content-length': String(r.body.length),
        };
        const credentials = {
          accessKeyId: r.accessKeyId,
          secretAccessKey: r.secretAccessKey,
          ...(r.sessionToken === undefined ? {} : { sessionToken: r.sessionToken }),
        };
        const signer = new SignatureV4({
          credentials,
          region: r.region,
          service: 'sagemaker',
          sha256: Sha256,
        });
        const signed = await signer.sign(
          {
            method: 'POST',
            protocol: 'https:',
            hostname: r.host,
            path,
            query: {},
            headers,
            body: r.body,
          },
          { signingDate: new Date(r.nowMs) },
        );
        const ours = signRequest(
          { method: 'POST', path, headers, payloadHash: sha256Hex(r.body) },
          { region: r.region, service: 'sagemaker' },
          credentials,
          r.nowMs,
        );
        expect({ ...headers, ...ours }).toEqual(signed.headers);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a prepared request', () => {
  const credentials = { accessKeyId: 'mlbench', secretAccessKey: 'local' };
  const signedPlan = planFor('unused', {
    destination: {
      kind: 'runtime',
      endpointName: 'my-model',
      url: 'http://127.0.0.1:8080',
      region: 'us-east-1',
    },
  });

  it('is InvokeEndpoint, whole: start line, headers, body', () => {
    const request = prepareRequest(signedPlan, contents);
    request.useCredentials({ ...credentials, sessionToken: 'token' });
    const [head = '', body] = request
      .bytesAt(Date.parse('2026-11-22T15:46:41.700Z'))
      .toString()
      .split('\r\n\r\n');
    const lines = head.split('\r\n');
    expect(lines[0]).toBe('POST /endpoints/my-model/invocations HTTP/1.1');
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'POST /endpoints/my-model/invocations HTTP/1.1',
      'host',
      'content-type',
      'accept',
      'content-length',
      'x-amz-date',
      'x-amz-security-token',
      'x-amz-content-sha256',
      'authorization',
      'user-agent',
    ]);
    expect(lines).toContain('x-amz-date: 20261122T154641Z');
    expect(head).toContain(
      '/us-east-1/sagemaker/aws4_request, SignedHeaders=accept;content-length;content-type;host;',
    );
    expect(body).toBe('{"question":1}');
  });

  it('is signed once a second, and at once with new credentials', () => {
    const request = prepareRequest(signedPlan, contents);
    request.useCredentials(credentials);
    const first = request.bytesAt(10_000);
    expect(request.bytesAt(10_999)).toBe(first);
    const second = request.bytesAt(11_000);
    expect(second).not.toEqual(first);
    request.useCredentials({ ...credentials, accessKeyId: 'other' });
    expect(request.bytesAt(11_500).toString()).toContain('Credential=other/');
    // The wall clock may be set back.
    expect(request.bytesAt(5_000).toString()).toContain('19700101T000005Z');
  });

  it('keeps a URL’s query and sends a body’s type only with a body', () => {
    const plan = planFor('http://localhost/a/b?c=d', { body: null });
    const get = prepareRequest(
      {
        ...plan,
        destination: {
          kind: 'url',
          url: 'http://localhost/a/b?c=d',
          method: 'get',
          headers: { 'X-Key': 'v' },
        },
      },
      contents,
    );
    const text = get.bytesAt(0).toString();
    expect(text).toMatch(
      /^GET \/a\/b\?c=d HTTP\/1\.1\r\nhost: localhost\r\naccept: application\/json\r\nx-key: v\r\n/,
    );
    expect(text).not.toContain('content-');
  });

  it.each([
    ['not a url', {}],
    ['ftp://host/', {}],
    ['http://user:secret@host/', {}],
    ['http://host/', { 'bad name': 'v' }],
    ['http://host/', { split: 'a\r\nb: c' }],
    ['http://host/', { 'Content-Length': '5' }],
  ])('refuses %s with headers %j', (url, headers) => {
    const plan = planFor(url);
    expect(() =>
      prepareRequest({ ...plan, destination: { kind: 'url', url, method: 'POST', headers } }, contents),
    ).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
