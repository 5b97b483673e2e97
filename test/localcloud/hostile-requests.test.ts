import { Agent, request } from 'node:http';
import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom, type Random } from '../../src/core/random.ts';
import type { AnyOperation } from '../../src/localcloud/service/operation.ts';
import { type CloudFixture, openCloud } from './support/cloud-fixture.ts';
import { hostileInput } from './support/hostile-inputs.ts';

declare global {
  interface ImportMeta {
    /** Vite's: the modules that match, by path. */
    glob(pattern: string, options: { eager: true }): Record<string, object>;
  }
}

/** `npm run test:hostile` sends many times as many. */
const rounds = Number(process.env['MLBENCH_TEST_HOSTILE'] ?? 3);
const seed = Number(process.env['MLBENCH_TEST_SEED'] ?? 12);

let fixture: CloudFixture;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
beforeAll(async () => {
  // No instances: an endpoint would start processes.
  fixture = await openCloud({ instanceQuota: 0 });
});
afterAll(async () => {
  agent.destroy();
  await fixture.close();
});

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

interface Answered {
  status: number;
  body: string;
}

/** @param signedFor the service in the scope of the signature, which is all of it that the stand-in reads */
function send(
  signedFor: string,
  { method = 'POST', path = '/', headers = {}, body = '' }: Sent,
): Promise<Answered> {
  const authorization = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${signedFor}/aws4_request, Signature=x`;
  return new Promise((resolve, reject) => {
    const sent = request(
      fixture.cloud.url,
      { agent, method, path, headers: { authorization, ...headers }, timeout: 10_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString('latin1') }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

const refusalsOfTheStandIn = new Set([501, 503]);

/** Each failure with what was sent, so that it can be sent again. */
async function failuresOf(
  requests: readonly { what: string; sent: () => Promise<Answered> }[],
): Promise<string[]> {
  const failures: string[] = [];
  for (let from = 0; from < requests.length; from += 16)
    await Promise.all(
      requests.slice(from, from + 16).map(async ({ what, sent }) => {
        const { status, body } = await sent().catch((error: unknown) => ({ status: 0, body: String(error) }));
        const failed = status === 0 || (status >= 500 && !refusalsOfTheStandIn.has(status));
        if (failed || body.includes('InternalFailure')) failures.push(`${status} ${what}`);
      }),
    );
  return failures;
}

const isOperation = (value: unknown): value is AnyOperation<unknown> =>
  typeof value === 'object' && value !== null && 'handle' in value && 'input' in value && 'name' in value;

/** Every operation there is: a new one is among them by itself. */
const modules = import.meta.glob(
  '../../src/localcloud/{sagemaker,application-auto-scaling,cloudwatch,cloudwatch-logs}/**/*.ts',
  { eager: true },
);
const operations = Object.entries(modules).flatMap(([path, module]) =>
  Object.values(module)
    .filter(isOperation)
    .map(({ name, input }) => ({ service: path.split('/')[4]!, name, input })),
);
const sts = [
  { service: 'sts', name: 'GetCallerIdentity', input: z.object({}) },
  {
    service: 'sts',
    name: 'AssumeRole',
    input: z.object({
      RoleArn: z.string(),
      RoleSessionName: z.string(),
      DurationSeconds: z.number().optional(),
    }),
  },
];

interface Speaks {
  signedFor: string;
  json?: string;
  cbor?: string;
  query?: string;
}

const services: Record<string, Speaks> = {
  sagemaker: { signedFor: 'sagemaker', json: 'SageMaker', cbor: 'SageMaker' },
  'application-auto-scaling': { signedFor: 'application-autoscaling', json: 'AnyScaleFrontendService' },
  cloudwatch: {
    signedFor: 'monitoring',
    json: 'GraniteServiceVersion20100801',
    cbor: 'GraniteServiceVersion20100801',
    query: '2010-08-01',
  },
  'cloudwatch-logs': { signedFor: 'logs', json: 'Logs_20140328' },
  sts: { signedFor: 'sts', query: '2011-06-15' },
};

function wordings(
  { signedFor, json, cbor: rpc, query }: Speaks,
  name: string,
  input: unknown,
): (() => Promise<Answered>)[] {
  const isStructure = typeof input === 'object' && input !== null;
  return [
    ...(json === undefined
      ? []
      : [
          () =>
            send(signedFor, {
              headers: { 'x-amz-target': `${json}.${name}`, 'content-type': 'application/x-amz-json-1.1' },
              body: jsonOf(input),
            }),
        ]),
    ...(rpc === undefined
      ? []
      : [
          () =>
            send(signedFor, {
              path: `/service/${rpc}/operation/${name}`,
              headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
              body: cborOf(input),
            }),
        ]),
    ...(query === undefined || !isStructure
      ? []
      : [
          () =>
            send(signedFor, {
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
              body: formOf({ Action: name, Version: query, ...input }),
            }),
        ]),
  ];
}

function jsonOf(input: unknown): string {
  return JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? Number(value) : value)) ?? '';
}

/** What CBOR's writer does not take is sent as text. */
function cborOf(input: unknown): Uint8Array {
  try {
    return cbor.serialize(input);
  } catch {
    return cbor.serialize(JSON.parse(jsonOf(input) || 'null'));
  }
}

function formOf(input: object): string {
  const pairs: [string, string][] = [];
  const add = (path: string, value: unknown): void => {
    if (value instanceof Date)
      pairs.push([path, Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()]);
    else if (Array.isArray(value))
      for (const [at, one] of value.entries()) add(`${path}.member.${at + 1}`, one);
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) add(`${path}.${name}`, member);
    else if (value !== undefined) pairs.push([path, String(value)]);
  };
  for (const [name, member] of Object.entries(input)) add(name, member);
  return new URLSearchParams(pairs).toString();
}

describe('whatever is sent to the stand-in', () => {
  it('finds every operation', () => {
    expect(operations.length).toBeGreaterThan(40);
    expect([...new Set(operations.map(({ service }) => service))].toSorted()).toEqual(
      Object.keys(services)
        .filter((name) => name !== 'sts')
        .toSorted(),
    );
  });

  it('as an operation’s input, is done or refused in every protocol, and never an internal failure', async () => {
    const random = createRandom(seed);
    const requests = Array.from({ length: rounds }, () => shuffled([...operations, ...sts], random))
      .flat()
      .flatMap(({ service, name, input }) => {
        const value = hostileInput(input, random);
        return wordings(services[service]!, name, value).map((sent) => ({
          what: `${name} ${jsonOf(value)}`,
          sent,
        }));
      });
    const failures = await failuresOf(requests);
    expect([...failures, ...fixture.logged]).toEqual([]);
  });
});

const cborHeaders = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
const jsonHeaders = { 'content-type': 'application/x-amz-json-1.1' };
const listModels = { ...jsonHeaders, 'x-amz-target': 'SageMaker.ListModels' };
const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };
const putMetricData = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const cborCall = (body: string | Uint8Array) =>
  send('monitoring', { path: putMetricData, headers: cborHeaders, body });

const malformed: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['zero bytes', new Uint8Array(100)],
  ['no UTF-8', bytes('7b22ff22c328a0a1')],
  ['half a document', '{"a":'],
  ['a list', '[1]'],
  ['null', 'null'],
  ['nesting without end', '['.repeat(200_000)],
  ['nested objects without end', '{"a":'.repeat(100_000)],
  ['its own prototype', '{"__proto__":{"MaxResults":1},"constructor":{"prototype":1}}'],
  ['a number beyond all', '{"MaxResults":1e999,"Period":-0}'],
  ['empty lists by the million', `{"a":[${'[],'.repeat(600_000)}[]]}`],
  ['elements by the million', '<a/>'.repeat(300_000)],
  ['names by the hundred thousand', 'a.b.c=&'.repeat(200_000)],
  ['odd names', 'Action=ListMetrics&Version=2010-08-01&__proto__=1&constructor.member.1=2&a..b=3&=&%ff=%00'],
  ['odd members', 'Action=ListMetrics&Dimensions.member.constructor.Name=1&Dimensions.entry.1.key.x=2'],
];

/** A map with MetricData, in hexadecimal: what stands in it. */
const metricData = (value: string) => bytes(`a16a4d657472696344617461${value}`);
const malformedCbor: [string, Uint8Array][] = [
  ['a bignum', metricData('81c249010000000000000000')],
  ['64 bits', metricData('81a161611bffffffffffffffff')],
  ['64 bits below zero', metricData('3bffffffffffffffff')],
  ['a date beyond all', metricData('81a16954696d657374616d70c1fb7fe0000000000000')],
  ['a date that is none', metricData('81a16954696d657374616d70c1f97e00')],
  ['a date of text', metricData('81a16954696d657374616d70c16161')],
  ['unknown tags', metricData('d9d9f7d818c681f7')],
  ['undefined and simple values', metricData('83f7f6f820')],
  ['lists of unknown length', metricData('9f9fffbf6161f7ffff')],
  ['text of unknown length', metricData('7f61616162ff')],
  ['an end without a start', bytes('ff')],
  ['a text longer than the body', bytes('7b7fffffffffffffff61')],
  ['a list longer than any', bytes('9b7fffffffffffffff')],
  ['reserved heads', bytes('1c1d1e5c7c9cbcdcfc')],
  ['no UTF-8', metricData('62c328')],
  ['a member twice', bytes('a2616101616102')],
  ['members that are no text', bytes('a2010280f6')],
  ['nesting without end', new Uint8Array(1_000_000).fill(0x81)],
  ['tags without end', new Uint8Array(1_000_000).fill(0xc1)],
  ['empty lists by the million', Buffer.concat([bytes('9a000927c0'), new Uint8Array(600_000).fill(0x80)])],
];

const paths = [
  ...['/', '/%ff', '/..%2f..', '//', '/a/../../etc', '/endpoints/%ff/invocations', '/_mlbench/x'],
  ...['/constructor/__proto__?uploadId=..', '/?Action=constructor&Version=x', `/${'a'.repeat(9_000)}`],
  '/service/constructor/operation/toString',
];

describe('a body that is none, or a request that is none', () => {
  it('is refused in every protocol, and never an internal failure', async () => {
    const requests = malformed.flatMap(([what, body]) => [
      { what: `JSON: ${what}`, sent: () => send('sagemaker', { headers: listModels, body }) },
      { what: `JSON, no target: ${what}`, sent: () => send('sagemaker', { headers: jsonHeaders, body }) },
      { what: `form: ${what}`, sent: () => send('monitoring', { headers: formHeaders, body }) },
      { what: `CBOR: ${what}`, sent: () => cborCall(body) },
      { what: `S3: ${what}`, sent: () => send('s3', { path: '/bucket?delete', body }) },
      { what: `S3 bucket: ${what}`, sent: () => send('s3', { method: 'PUT', path: '/constructor', body }) },
      {
        what: `an invocation: ${what}`,
        sent: () => send('sagemaker', { path: '/endpoints/constructor/invocations', body }),
      },
      {
        what: `gzip: ${what}`,
        sent: () => send('sagemaker', { headers: { ...listModels, 'content-encoding': 'gzip' }, body }),
      },
    ]);
    const cbor = malformedCbor.map(([what, body]) => ({ what: `CBOR: ${what}`, sent: () => cborCall(body) }));
    expect([...(await failuresOf([...requests, ...cbor])), ...fixture.logged]).toEqual([]);
  });

  it('may come by any method and path', async () => {
    const requests = ['POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'OPTIONS'].flatMap((method) =>
      paths.flatMap((path) =>
        ['s3', 'sagemaker', 'constructor'].flatMap((signedFor) =>
          [{}, { 'x-amz-target': 'constructor.__proto__' }].map((headers) => ({
            what: `${method} ${path} ${JSON.stringify(headers)}`,
            sent: () => send(signedFor, { method, path, headers }),
          })),
        ),
      ),
    );
    expect([...(await failuresOf(requests)), ...fixture.logged]).toEqual([]);
  });
});

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
