import { cbor, tag } from '@smithy/core/cbor';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProtocolCodec, WireRequest } from '../../../src/localcloud/protocols/codec.ts';
import { createQueryCodec } from '../../../src/localcloud/protocols/query.ts';
import { parseQueryParameters } from '../../../src/localcloud/protocols/query-parameters.ts';
import { createRpcV2CborCodec } from '../../../src/localcloud/protocols/rpc-v2-cbor.ts';
import { targetedService } from '../../../src/localcloud/protocols/targeted-service.ts';
import { writeXml } from '../../../src/localcloud/protocols/xml.ts';
import { operation, ServiceError } from '../../../src/localcloud/service/operation.ts';

const bugs: unknown[] = [];
const query = createQueryCodec((error) => bugs.push(error));
const rpc = createRpcV2CborCodec((error) => bugs.push(error));

const service = targetedService(
  {
    signingName: 'monitoring',
    targetPrefix: 'Granite',
    rpcV2Name: 'Granite',
    query: { xmlNamespace: 'http://example.test/doc/', version: '2010-08-01' },
    invalidInputCode: 'InvalidParameterValueException',
  },
  [
    operation({ name: 'Echo', input: z.record(z.string(), z.unknown()), handle: (input) => input }),
    operation({ name: 'Quiet', input: z.object({}), handle: () => undefined }),
    operation({
      name: 'Refuse',
      input: z.object({}),
      handle: () => {
        throw new ServiceError('MissingRequiredParameterException', 'The parameter <X> is required.');
      },
    }),
    operation({
      name: 'Break',
      input: z.object({}),
      handle: () => {
        throw new TypeError('secret detail');
      },
    }),
  ],
  {},
);

function request(fields: Partial<WireRequest>): WireRequest {
  return { method: 'POST', url: '/', headers: {}, body: new Uint8Array(), requestId: 'req-1', ...fields };
}

function form(text: string): WireRequest {
  return request({
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: Buffer.from(text),
  });
}

function cborCall(name: string, body: unknown, headers = {}): WireRequest {
  return request({
    url: `/service/Granite/operation/${name}`,
    headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor', ...headers },
    body: cbor.serialize(body),
  });
}

async function call(codec: ProtocolCodec, sent: WireRequest) {
  expect(codec.matches(sent)).toBe(true);
  return codec.handle(sent, [service]);
}

describe('the query protocol', () => {
  it('reads nested members, lists in order of their numbers, and maps', () => {
    const text =
      'A.member.2.B=second&A.member.1.B=first&C.entry.1.key=k&C.entry.1.value=v&D=&E.member.10=j&E.member.9=i';
    expect(parseQueryParameters(new URLSearchParams(text))).toEqual({
      A: [{ B: 'first' }, { B: 'second' }],
      C: { k: 'v' },
      D: '',
      E: ['i', 'j'],
    });
  });

  it('reads back any nested data that was written its way', () => {
    const name = fc.stringMatching(/^[A-Z][a-z]{1,5}$/);
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.string(),
        fc.array(tie('tree'), { minLength: 1, maxLength: 12 }),
        fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, tree, { maxKeys: 3 }), (input) => {
        const pairs = flatten(input);
        fc.pre(pairs.every(([key]) => key.split('.').length <= 24));
        expect(parseQueryParameters(pairs)).toEqual(toPlainObjects(input));
      }),
    );
  });

  it('refuses parameters that contradict one another or are bottomless', async () => {
    for (const text of ['A=1&A.B=2', 'A.B=2&A=1', 'A..B=1', `${'A.'.repeat(5_000)}A=1`]) {
      const response = await call(query, form(`Action=Echo&Version=2010-08-01&${text}`));
      expect(response.status).toBe(400);
      expect(response.body).toContain('<Code>MalformedQueryString</Code>');
    }
  });

  it('takes no name of the language for data', () => {
    const parsed = parseQueryParameters(new URLSearchParams('__proto__.polluted=1'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(parsed)).toEqual(['__proto__']);
  });

  it('writes the result, its lists and its maps, as XML', async () => {
    const response = await call(
      query,
      form(
        'Action=Echo&Version=2010-08-01&L.member.1.N=a%26b&ExtendedStatistics.entry.1.key=p99&ExtendedStatistics.entry.1.value=5',
      ),
    );
    expect(response.headers['content-type']).toBe('text/xml');
    expect(response.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<EchoResponse xmlns="http://example.test/doc/"><EchoResult>' +
        '<L><member><N>a&amp;b</N></member></L>' +
        '<ExtendedStatistics><entry><key>p99</key><value>5</value></entry></ExtendedStatistics>' +
        '</EchoResult><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></EchoResponse>',
    );
  });

  it('finds the service by what the caller signed for, and answers GET too', async () => {
    const signed = form('Action=Quiet&Version=1999-01-01');
    signed.headers.authorization =
      'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/monitoring/aws4_request, x';
    expect((await call(query, signed)).status).toBe(200);
    const get = request({ method: 'GET', url: '/?Action=Quiet&Version=2010-08-01' });
    expect((await call(query, get)).body).not.toContain('Result');
  });

  it('writes errors with their older code', async () => {
    const response = await call(query, form('Action=Refuse&Version=2010-08-01'));
    expect(response.status).toBe(400);
    expect(response.body).toContain(
      '<Error><Type>Sender</Type><Code>MissingParameter</Code><Message>The parameter &lt;X&gt; is required.</Message></Error><RequestId>req-1</RequestId>',
    );
    expect((await call(query, form('Action=Nothing&Version=2010-08-01'))).body).toContain(
      '<Code>InvalidAction</Code>',
    );
  });
});

describe('RPC v2 CBOR', () => {
  it('gives back any data as it came, instants among them', async () => {
    const value = fc.jsonValue({ maxDepth: 3 }).filter((json) => !JSON.stringify(json).includes('null'));
    await fc.assert(
      fc.asyncProperty(value, fc.integer({ min: 0, max: 4e12 }), async (data, instantMs) => {
        const sent = { Data: [data], At: tag({ tag: 1, value: instantMs / 1_000 }) };
        const response = await call(rpc, cborCall('Echo', sent));
        expect(response.status).toBe(200);
        const body = cbor.deserialize(response.body as Uint8Array);
        expect(body.Data).toEqual(cbor.deserialize(cbor.serialize({ Data: [data] })).Data);
        expect(body.At.tag).toBe(1);
        expect(body.At.value).toBe(instantMs / 1_000);
      }),
    );
  });

  it('answers an operation without output with an empty map', async () => {
    const response = await call(rpc, cborCall('Quiet', {}));
    expect(response.headers).toMatchObject({
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
    });
    expect(cbor.deserialize(response.body as Uint8Array)).toEqual({});
  });

  it('names the error, and in query mode its older code too', async () => {
    const plain = await call(rpc, cborCall('Refuse', {}));
    expect(plain.status).toBe(400);
    expect(plain.headers['x-amzn-query-error']).toBeUndefined();
    expect(cbor.deserialize(plain.body as Uint8Array)).toEqual({
      __type: 'MissingRequiredParameterException',
      message: 'The parameter <X> is required.',
    });
    const queryMode = await call(rpc, cborCall('Refuse', {}, { 'x-amzn-query-mode': 'true' }));
    expect(queryMode.headers['x-amzn-query-error']).toBe('MissingParameter;Sender');
  });

  it('refuses what is no CBOR and what it does not know', async () => {
    const broken = await call(rpc, { ...cborCall('Echo', {}), body: Buffer.from([0xbf, 0x61]) });
    expect(cbor.deserialize(broken.body as Uint8Array).__type).toBe('SerializationException');
    const unknown = await call(rpc, cborCall('Nothing', {}));
    expect(unknown.status).toBe(404);
  });
});

it.each([
  ['query', () => call(query, form('Action=Break&Version=2010-08-01'))],
  ['CBOR', () => call(rpc, cborCall('Break', {}))],
])('tells a caller over %s nothing about a bug, and its owner everything', async (_protocol, callIt) => {
  bugs.length = 0;
  const response = await callIt();
  expect(response.status).toBe(500);
  expect(Buffer.from(response.body as Uint8Array).toString()).toContain('InternalFailure');
  expect(Buffer.from(response.body as Uint8Array).toString()).not.toContain('secret');
  expect(String(bugs[0])).toContain('secret detail');
});

it('refuses any bytes that are no request, and takes none for a bug', async () => {
  bugs.length = 0;
  // The decoder prints a stack for each 64-bit length: left out here.
  const bytes = fc
    .uint8Array({ maxLength: 200 })
    .filter((body) => !body.some((byte) => (byte & 0x1f) === 27));
  await fc.assert(
    fc.asyncProperty(bytes, async (body) => {
      const overCbor = await call(rpc, { ...cborCall('Quiet', {}), body });
      const overForm = await call(query, { ...form(''), body });
      expect([200, 400]).toContain(overCbor.status);
      expect(overForm.status).toBe(400);
    }),
    { numRuns: 500 },
  );
  for (const depth of [100, 2_000, 5_000, 500_000]) {
    const body = Buffer.concat([Buffer.alloc(depth, 0x81), Buffer.from([0x01])]);
    const wrapped = Buffer.concat([Buffer.from([0xa1, 0x61, 0x41]), body]);
    expect((await call(rpc, { ...cborCall('Quiet', {}), body: wrapped })).status).toBe(400);
  }
  expect(bugs).toEqual([]);
});

it('writes XML that reads back as the same text, whatever the text', () => {
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    processEntities: true,
    htmlEntities: true,
  });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const clean = text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, '\uFFFD');
      fc.pre(clean.trim() !== '');
      expect(parser.parse(writeXml(['Root', ['Text', text]])).Root.Text).toBe(clean);
    }),
  );
});

function flatten(value: unknown, path: string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  if (Array.isArray(value))
    return value.flatMap((item, i) => flatten(item, [...path, 'member', String(i + 1)]));
  return Object.entries(value as object).flatMap(([name, member]) => flatten(member, [...path, name]));
}

function toPlainObjects(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toPlainObjects);
  return Object.fromEntries(
    Object.entries(value as object).map(([name, member]) => [name, toPlainObjects(member)]),
  );
}
