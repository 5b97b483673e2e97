import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CloudFixture, openCloud } from './support/cloud-fixture.ts';

let fixture: CloudFixture;

beforeAll(async () => {
  fixture = await openCloud({ hosts: ['gateway.example'] });
});

afterAll(() => fixture.close());

const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sagemaker/aws4_request, Signature=x';

async function call(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) {
  const answer = await fetch(fixture.cloud.url, { method: 'POST', headers, body });
  const type = answer.headers.get('x-amzn-errortype');
  return { status: answer.status, type, body: (await answer.json()) as { message?: string } };
}

const target = (operation: string) => ({
  'x-amz-target': operation,
  'content-type': 'application/x-amz-json-1.1',
  authorization,
});

describe('the server', () => {
  test('takes a gzipped body', async () => {
    const answer = await call(
      { ...target('SageMaker.ListModels'), 'content-encoding': 'gzip' },
      new Uint8Array(gzipSync('{"MaxResults":5}')),
    );
    expect([answer.status, answer.body]).toEqual([200, { Models: [] }]);
  });

  test.each([
    ['is no JSON', target('SageMaker.ListModels'), '{', 400, 'SerializationException'],
    ['is no object', target('SageMaker.ListModels'), '[1]', 400, 'SerializationException'],
    [
      'is no gzip',
      { ...target('SageMaker.ListModels'), 'content-encoding': 'gzip' },
      '{}',
      400,
      'SerializationException',
    ],
    [
      'names an unknown operation',
      target('SageMaker.CreateEverything'),
      '{}',
      400,
      'UnknownOperationException',
    ],
    ['names an unknown service', target('Braket.Search'), '{}', 400, 'UnknownOperationException'],
    ['breaks a constraint', target('SageMaker.ListModels'), '{"MaxResults":0}', 400, 'ValidationException'],
    [
      'is too large',
      target('SageMaker.ListModels'),
      `{"x":"${'x'.repeat(4_194_304)}"}`,
      413,
      'RequestEntityTooLargeException',
    ],
  ])('refuses a request that %s', async (_what, headers, body, status, type) => {
    expect(await call(headers, body)).toMatchObject({ status, type, body: { __type: type } });
  });

  test('refuses a request that is not signed, or signed at another time', async () => {
    const { authorization: _, ...unsigned } = target('SageMaker.ListModels');
    expect(await call(unsigned, '{}')).toMatchObject({
      status: 403,
      type: 'MissingAuthenticationTokenException',
    });
    const old = await call({ ...target('SageMaker.ListModels'), 'x-amz-date': '20200101T000000Z' }, '{}');
    expect(old).toMatchObject({ status: 403, type: 'InvalidSignatureException' });
    expect(old.body.message).toMatch(
      /^Signature expired: 20200101T000000Z is now earlier than \d{8}T\d{6}Z \(/,
    );
  });

  test('names itself, the cloud time and the request on every answer', async () => {
    const health = await fetch(`${fixture.cloud.url}/_mlbench/health`);
    expect(await health.json()).toMatchObject({
      instanceId: 'test',
      version: '0',
      options: { timeScale: 60 },
    });
    for (const answer of [
      health,
      await fetch(`${fixture.cloud.url}/_mlbench/none`),
      await fetch(fixture.cloud.url),
    ]) {
      expect(Number(answer.headers.get('x-mlbench-cloud-time-ms'))).toBeGreaterThan(1_700_000_000_000);
      expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('is called by a further name that it was given', async () => {
    const answer = await ask('GET', '/_mlbench/health', { host: `gateway.example:${fixture.cloud.port}` });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['another name than loopback’s', { host: 'attacker.example' }],
    ['a foreign page', { origin: 'https://attacker.example' }],
    ['a preflight', { origin: 'null', 'access-control-request-method': 'PUT' }],
    ['an image on a page of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s, whatever it asks for', async (_what, headers) => {
    for (const [method, path] of [
      ['GET', '/_mlbench/health'],
      ['POST', '/endpoints/mlbench/invocations'],
      ['POST', '/'],
      ['PUT', '/bucket'],
      ['OPTIONS', '/bucket/key'],
    ] as const) {
      const answer = await ask(method, path, { ...target('SageMaker.ListModels'), ...headers });
      expect([method, path, answer.status, answer.body]).toEqual([
        method,
        path,
        403,
        expect.stringMatching(/^.+\n$/),
      ]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

/** With the headers that `fetch` keeps to itself. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; headers: object; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: fixture.cloud.port, method, path, headers }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}
