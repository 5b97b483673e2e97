import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../../src/core/package-paths.ts';
import { answerWith, FakeRuntime, httpApiEvent } from './fake-runtime.ts';

describe('the Lambda function, as it is uploaded', () => {
  const runtime = new FakeRuntime();
  // Far from any node_modules, as on Lambda.
  const task = mkdtempSync(join(tmpdir(), 'mlbench-lambda-'));
  const before = { ...process.env };
  let handler: typeof import('../../src/api/lambda.ts').handler;

  beforeAll(async () => {
    await runtime.listen();
    cpSync(dirname(builtProgram('lambda/index')), task, { recursive: true });
    ({ handler } = await import(pathToFileURL(join(task, 'index.js')).href));
    Object.assign(process.env, {
      ENDPOINT_NAME: 'mlbench',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'mlbench',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: runtime.url,
    });
  });

  afterAll(async () => {
    process.env = before;
    await runtime.close();
    rmSync(task, { recursive: true, force: true });
  });

  const remaining = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

  it('answers a payload 2.0 event through the SDK', async () => {
    const response = await handler(httpApiEvent(), remaining(30_000));
    expect(response).toMatchObject({ statusCode: 200, body: '{"prediction":"Gentoo"}' });
    expect(runtime.seen[0]?.path).toBe('/endpoints/mlbench/invocations');
  });

  it('reuses its connection for the next event', async () => {
    await handler(httpApiEvent(), remaining(30_000));
    await handler(httpApiEvent(), remaining(30_000));
    expect(runtime.connections).toBe(1);
  });

  it('says so where the answer is more than Lambda passes back', async () => {
    // Each quote doubles when the response is wrapped in JSON.
    runtime.answer = answerWith(200, '"'.repeat(2_500_000));
    const response = await handler(httpApiEvent(), remaining(30_000));
    expect(response.statusCode).toBe(500);
    expect(JSON.parse(response.body)).toMatchObject({ Code: 'ResponseTooLarge' });
    runtime.answer = answerWith(200, 'x'.repeat(5_000_000));
    expect((await handler(httpApiEvent(), remaining(30_000))).statusCode).toBe(200);
  });

  it('answers 504 before Lambda itself would end it', async () => {
    runtime.answer = () => {};
    const response = await handler(httpApiEvent(), remaining(520));
    expect(response.statusCode).toBe(504);
    runtime.answer = answerWith(200, {});
    expect((await handler(httpApiEvent())).statusCode).toBe(200);
  });
});
