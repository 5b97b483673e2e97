import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/sigv4.ts';
import { createAccess } from '../../../src/localcloud/access/access.ts';
import type { SignedRequest } from '../../../src/localcloud/access/signature.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Another's signer, with what it wants of a hash. */
class Sha256 {
  #hash: Hash | Hmac;
  constructor(secret?: Uint8Array | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

const owner = { accessKeyId: 'MLBENCHOWNER', secretAccessKey: 'the/owner+secret' };
const nowMs = Date.UTC(2026, 10, 28, 12);
const clock = new ManualClock(nowMs);
const access = createAccess(owner, clock);

interface Sent {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}
interface Signing {
  credentials?: typeof owner & { sessionToken?: string };
  service?: string;
  presign?: boolean;
  atMs?: number;
  expiresIn?: number;
}
const plain: Sent = {
  method: 'POST',
  path: '/',
  query: {},
  headers: { host: '127.0.0.1:4566', 'x-amz-target': 'SageMaker.CreateModel' },
  body: '{}',
};

const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

async function sign(sent: Sent, how: Signing = {}): Promise<SignedRequest> {
  const { credentials = owner, service = 'sagemaker', presign = false, atMs = nowMs, expiresIn = 60 } = how;
  const signer = new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    applyChecksum: true,
  });
  const request = { ...sent, protocol: 'http:', hostname: '127.0.0.1', port: 4566 };
  const signingDate = new Date(atMs);
  const signed = presign
    ? await signer.presign(
        { ...request, headers: { host: sent.headers['host']! } },
        { signingDate, expiresIn },
      )
    : await signer.sign(request, { signingDate });
  return asReceived(signed.method, signed.path, signed.query ?? {}, signed.headers);
}

function asReceived(
  method: string,
  path: string,
  query: Record<string, unknown>,
  headers: Record<string, string>,
): SignedRequest {
  const search = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    url: search.length === 0 ? path : `${path}?${search.join('&')}`,
    headers: Object.fromEntries(lower),
    rawHeaders: lower.flat(),
  };
}

const admit = (request: SignedRequest, body = plain.body) => access.admit(request, () => sha256Hex(body));
const kindOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'admitted';
  } catch (error) {
    return String((error as { kind?: string }).kind ?? error);
  }
};

const segment = fc.stringMatching(/^[\w.~ é()*!'+-]{1,6}$/).filter((text) => !/^\.+$/.test(text));
const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST'),
  path: fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.map(escaped).join('/')}`),
  query: fc.dictionary(segment, fc.string({ unit: 'grapheme', maxLength: 6 }), { maxKeys: 3 }),
  headers: fc
    .record({ 'x-amz-target': segment, 'content-type': fc.constantFrom('a/b', 'x  y  z') })
    .map((more) => ({ host: 'localhost:4566', ...more, 'x-amz-target': escaped(more['x-amz-target']) })),
  body: fc.string(),
});

describe('a request that is signed with the key of the user', () => {
  it.each(['sagemaker', 's3'])('is proved, however it looks: %s', async (service) => {
    await fc.assert(
      fc.asyncProperty(sent, fc.boolean(), async (request, presign) => {
        const signed = await sign(request, { service, presign });
        const hash = sha256Hex(request.body);
        if (service === 's3') {
          if (!presign) expect(access.admitStreaming(signed)).toEqual({ isUser: true, chunks: undefined });
        } else expect(access.admit(signed, () => hash)).toEqual({ isUser: true });
      }),
      { numRuns: 40 },
    );
  });

  const altered: [string, (request: SignedRequest) => SignedRequest, string?][] = [
    ['another method', (request) => ({ ...request, method: 'PUT' })],
    ['another path', (request) => ({ ...request, url: '/other' })],
    ['another query', (request) => ({ ...request, url: `${request.url}?Action=x` })],
    ['another body', (request) => request, '{"a":1}'],
    ['another operation', (request) => withHeader(request, 'x-amz-target', 'SageMaker.DeleteModel')],
    ['another host', (request) => withHeader(request, 'host', 'localhost:1')],
    ['a header more', (request) => withHeader(request, 'x-amz-copy-source', 'b/k')],
    [
      'a header twice',
      (request) => ({ ...request, rawHeaders: [...request.rawHeaders, 'X-Amz-Target', 'x'] }),
    ],
    ['a date of another day', (request) => withHeader(request, 'x-amz-date', '20261127T235959Z')],
    ['no date', (request) => withHeader(request, 'x-amz-date', undefined)],
    ['another region', (request) => inAuthorization(request, 'eu-west-1', 'eu-west-2')],
    ['another service', (request) => inAuthorization(request, '/sagemaker/', '/s3/')],
    ['the host unsigned', (request) => inAuthorization(request, 'host;', '')],
    ['no list of headers', (request) => inAuthorization(request, 'SignedHeaders', 'Headers')],
    ['half a signature', (request) => inAuthorization(request, /Signature=.*$/, 'Signature=0')],
    ['no signature', (request) => inAuthorization(request, /, Signature=.*$/, '')],
  ];
  it.each(altered)('does not hold with %s', async (_what, alter, body = plain.body) => {
    const signed = await sign(plain);
    expect(admit(signed)).toEqual({ isUser: true });
    expect(['wrong-signature', 'skewed']).toContain(kindOf(() => admit(alter(signed), body)));
  });

  it('does not hold with another secret, nor with a token that nobody gave', async () => {
    const wrong = await sign(plain, { credentials: { ...owner, secretAccessKey: 'guessed' } });
    expect(kindOf(() => admit(wrong))).toBe('wrong-signature');
    const token = await sign(plain, { credentials: { ...owner, sessionToken: 'of another session' } });
    expect(kindOf(() => admit(token))).toBe('wrong-token');
  });

  it.each([
    ['a quarter of an hour ago', { atMs: nowMs - 901_000 }, 'skewed'],
    ['in a quarter of an hour', { atMs: nowMs + 901_000 }, 'skewed'],
    ['for a URL that is over', { atMs: nowMs - 62_000, presign: true }, 'expired'],
    ['for a URL that is still to come', { atMs: nowMs + 901_000, presign: true }, 'skewed'],
    ['for a URL of an hour', { atMs: nowMs - 3_000_000, presign: true, expiresIn: 3_600 }, 'admitted'],
  ] as const)('is looked at as AWS does when it was signed %s', async (_when, how, outcome) => {
    const signed = await sign(
      { ...plain, method: 'GET', headers: { host: 'localhost:4566' }, body: '' },
      how,
    );
    expect(kindOf(() => admit(signed, ''))).toBe(outcome);
    const stranger = { accessKeyId: 'any', secretAccessKey: 'any' };
    const other = await sign(plain, { ...how, credentials: stranger });
    expect(kindOf(() => admit(other))).toBe(outcome);
  });
});

describe('a request that is signed with any other key', () => {
  it('comes in, and proves nothing', async () => {
    const credentials = { accessKeyId: 'any', secretAccessKey: owner.secretAccessKey };
    for (const service of ['sagemaker', 's3'])
      expect(admit(await sign(plain, { credentials, service }), 'whatever')).toEqual({ isUser: false });
    for (const authorization of ['AWS any:c2ln', 'Bearer x', 'AWS4-HMAC-SHA256 Credential=any'])
      expect(admit(asReceived('POST', '/', {}, { authorization }))).toEqual({ isUser: false });
  });

  it('proves nothing where there is no key that could', async () => {
    const nobodys = createAccess(null, clock);
    expect(nobodys.admit(await sign(plain), () => sha256Hex('{}'))).toEqual({ isUser: false });
  });

  it('is refused without a signature, or with half a presigned URL', async () => {
    expect(kindOf(() => admit(asReceived('POST', '/', {}, {})))).toBe('missing');
    expect(kindOf(() => admit(asReceived('GET', '/', { 'X-Amz-Signature': 'a' }, {})))).toBe('incomplete');
    expect(kindOf(() => admit(asReceived('GET', '/', { Signature: 'a' }, {})))).toBe('missing');
    expect(kindOf(() => admit(asReceived('GET', '/?NotASignature=', {}, {})))).toBe('missing');
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const { url = '' } = await sign({ ...plain, method: 'GET', body: '' }, { credentials, presign: true });
    const whole = Object.fromEntries(new URLSearchParams(url.split('?')[1]));
    expect(kindOf(() => admit(asReceived('GET', '/', whole, {})))).toBe('admitted');
    const needed = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders'].map(
      (name) => `X-Amz-${name}`,
    );
    for (const name of needed) {
      for (const value of [undefined, '', 'x']) {
        const spoilt = { ...whole, [name]: value };
        if (value === undefined) delete spoilt[name];
        expect([name, value, kindOf(() => admit(asReceived('GET', '/', spoilt, {})))]).toEqual([
          name,
          value,
          'incomplete',
        ]);
      }
    }
  });

  it("comes in with S3's presigned URL of version 2, if it is whole", () => {
    const older = { AWSAccessKeyId: 'any', Expires: '1798000000', Signature: `${'a'.repeat(27)}=` };
    expect(admit(asReceived('GET', '/b/k', older, {}))).toEqual({ isUser: false });
    expect(admit(asReceived('GET', '/b/k', { ...older, AWSAccessKeyId: owner.accessKeyId }, {}))).toEqual({
      isUser: false,
    });
    for (const name of Object.keys(older))
      expect(kindOf(() => admit(asReceived('GET', '/b/k', { ...older, [name]: '' }, {})))).toBe('missing');
  });
});

describe('a key that was lent to the user for a while', () => {
  it('proves the same with its token, until it expires', async () => {
    const later = new ManualClock(nowMs);
    const lending = createAccess(owner, later);
    const key = { accessKeyId: 'ASIALENT', secretAccessKey: 'lent', sessionToken: 'token' };
    lending.lend({ ...key, expiresMs: nowMs + 60_000 });
    const attempt = async (credentials: typeof owner & { sessionToken?: string }) => {
      const signed = await sign(plain, { credentials });
      return kindOf(() => expect(lending.admit(signed, () => sha256Hex('{}'))).toEqual({ isUser: true }));
    };
    expect(await attempt(key)).toBe('admitted');
    expect(await attempt({ ...key, secretAccessKey: 'guessed' })).toBe('wrong-signature');
    expect(await attempt({ ...key, sessionToken: 'guessed' })).toBe('wrong-token');
    await later.advance(60_000);
    expect(await attempt(key)).toBe('expired-token');
  });
});

function withHeader(request: SignedRequest, name: string, value: string | undefined): SignedRequest {
  const { [name]: _, ...others } = request.headers as Record<string, string>;
  const headers = value === undefined ? others : { ...others, [name]: value };
  return { ...request, headers, rawHeaders: Object.entries(headers).flat() };
}

function inAuthorization(request: SignedRequest, from: string | RegExp, to: string): SignedRequest {
  return withHeader(request, 'authorization', String(request.headers.authorization).replace(from, to));
}
