import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../../src/core/clock.ts';
import { type CloudClients, createClients } from '../../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../../src/resources/sdk/cloud-address.ts';
import { isCloudError } from '../../../src/resources/sdk/cloud-errors.ts';

let server: Server | undefined;
let clients: CloudClients | undefined;

afterEach(async () => {
  clients?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

async function serve(
  listener: RequestListener,
  attempts = 1,
  more: { silenceMs?: number } = {},
): Promise<CloudClients> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  clients = clientsAt(`http://127.0.0.1:${port}`, attempts, more);
  return clients;
}

function clientsAt(
  url: string,
  attempts: number,
  more: { signal?: AbortSignal; silenceMs?: number } = {},
): CloudClients {
  return createClients({
    clock: systemClock,
    signal: new AbortController().signal,
    cloud: standInAddress({ url, region: 'us-east-1', timeScale: 20 }),
    attempts,
    ...more,
  });
}

async function describeEndpoint(of: CloudClients) {
  return (await of.sagemaker()).send(new DescribeEndpointCommand({ EndpointName: 'e' }));
}

const json = (status: number, body: object, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) => {
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': 'req-1',
      ...headers,
    });
    response.end(JSON.stringify(body));
  };
};

describe('the clients', () => {
  it('learn the cloud time from every response, failed ones too', async () => {
    const of = await serve(json(400, { __type: 'ValidationException', message: 'no' }, cloudTime(5_000_000)));
    await describeEndpoint(of).catch(() => {});
    expect(of.cloudClock.nowMs()).toBeGreaterThanOrEqual(5_000_000);
    expect(of.cloudClock.nowMs()).toBeLessThan(5_000_000 + 20 * 5_000);
    expect(of.cloudClock.timeScale).toBe(20);
  });

  it("fail with the call, AWS's own words and its request id", async () => {
    const of = await serve(
      json(400, { __type: 'ValidationException', message: 'Could not find endpoint "e".' }),
    );
    const error = await describeEndpoint(of).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'MlbenchError',
      exitCode: 3,
      message:
        'SageMaker DescribeEndpoint: Could not find endpoint "e". (ValidationException, request id req-1)',
    });
    expect(isCloudError(error, 'ValidationException', /could not find/i)).toBe(true);
    expect(isCloudError(error, 'ValidationException', /in-progress/)).toBe(false);
  });

  it('call again after a throttle, each call built anew', async () => {
    let calls = 0;
    const of = await serve((request, response) => {
      calls++;
      const listener =
        calls === 1
          ? json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' })
          : json(200, { EndpointName: 'e', EndpointArn: 'arn', CreationTime: 0, LastModifiedTime: 0 });
      listener(request, response);
    }, 3);
    expect((await describeEndpoint(of)).EndpointName).toBe('e');
    expect(calls).toBe(2);
  });

  it('say which permission is missing', async () => {
    const of = await serve(json(403, { __type: 'AccessDeniedException', message: 'User is not authorized' }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      remedy:
        'let an administrator allow it: {"Effect":"Allow","Action":"sagemaker:DescribeEndpoint","Resource":"*"}',
    });
  });

  it.each([
    [403, 'S3 HeadObject: HTTP 403 (request id r)', /"Action":"s3:GetObject"/],
    [503, 'S3 HeadObject: HTTP 503 (request id r)', /try again in a minute/],
    [400, 'S3 HeadObject: HTTP 400 (request id r)', /sts get-caller-identity/],
  ])(
    'make something of an answer without a word, as S3 gives to HEAD: %i',
    async (status, message, remedy) => {
      const of = await serve((_, response) => {
        response.writeHead(status, { 'x-amz-request-id': 'r' });
        response.end();
      });
      const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
      const head = (await of.s3()).send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
      await expect(head).rejects.toMatchObject({ message, remedy: expect.stringMatching(remedy) });
    },
  );

  it('name the action and resource that AWS names, where it is not the call itself', async () => {
    const role = 'arn:aws:iam::123456789012:role/mlbench/mlbench-execution-us-east-1';
    const message = `User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
    const of = await serve(json(400, { __type: 'AccessDeniedException', message }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      remedy: `let an administrator allow it: {"Effect":"Allow","Action":"iam:PassRole","Resource":"${role}"}`,
    });
  });

  it('take refused credentials for a matter of configuration', async () => {
    const of = await serve(json(400, { __type: 'ExpiredTokenException', message: 'The token has expired' }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({ code: 'credentials', exitCode: 2 });
  });

  it.each([
    [20, 'ahead of'],
    [-20, 'behind'],
  ])('name a clock that is %i minutes off where signatures are refused for it', async (minutes, relation) => {
    const date = new Date(systemClock.nowMs() - minutes * 60_000).toUTCString();
    const refusal = {
      __type: 'InvalidSignatureException',
      message: 'Signature expired: 2026 is now earlier',
    };
    const of = await serve(json(403, refusal, { date }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      code: 'clock-skew',
      exitCode: 2,
      message: `SageMaker DescribeEndpoint: this machine's clock is 20m ${relation} the server's, and signatures are refused for it (Signature expired: 2026 is now earlier)`,
      remedy: expect.stringContaining('set the clock'),
    });
  });

  it('repeat nothing of the signed request that AWS shows where a signature is wrong', async () => {
    const message =
      'The request signature we calculated does not match the signature you provided.\n\n' +
      "The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:THE-TOKEN\n'";
    const of = await serve(json(403, { __type: 'InvalidSignatureException', message }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      code: 'credentials',
      exitCode: 2,
      message:
        'SageMaker DescribeEndpoint: The request signature we calculated does not match the signature you provided.',
    });
  });

  it('tell a quota from other refusals', async () => {
    const message = "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances";
    const of = await serve(json(400, { __type: 'ResourceLimitExceeded', message }));
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      remedy: expect.stringContaining('Service Quotas'),
    });
  });

  it('make a clear error of an HTML page', async () => {
    const of = await serve((_, response) => {
      response.writeHead(500, { 'content-type': 'text/html' });
      response.end('<html><title>Bad gateway</title></html>');
    });
    const error = (await describeEndpoint(of).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'not-aws-protocol', exitCode: 3 });
    expect(error.message).toMatch(
      /^SageMaker DescribeEndpoint: http:.* did not answer in AWS's protocol \(HTTP 500\)/,
    );
  });

  it("try again after a gateway's page", async () => {
    let calls = 0;
    const of = await serve((request, response) => {
      calls++;
      if (calls > 1) return json(200, { EndpointName: 'e' })(request, response);
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html></html>');
    }, 3);
    expect((await describeEndpoint(of)).EndpointName).toBe('e');
  });

  it('say that nobody listens', async () => {
    const of = await serve(json(200, {}));
    server?.close();
    await expect(describeEndpoint(of)).rejects.toMatchObject({
      code: 'unreachable',
      exitCode: 3,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('give up on a server that says nothing', async () => {
    const silent = await serve(() => {}, 1, { silenceMs: 100 });
    await expect(describeEndpoint(silent)).rejects.toMatchObject({
      code: 'unreachable',
      exitCode: 3,
      message: expect.stringMatching(/^SageMaker DescribeEndpoint: .*no answer in time/),
    });
  });

  it('wait on for a server that takes its time, as long as it says something', async () => {
    const body = JSON.stringify({ EndpointName: 'slow' });
    const slow = await serve(
      async (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        for (const character of body) {
          response.write(character);
          await sleep(systemClock, 60);
        }
        response.end();
      },
      1,
      { silenceMs: 1_000 },
    );
    await expect(describeEndpoint(slow)).resolves.toMatchObject({ EndpointName: 'slow' });
  });

  it('say that the connection was cut', async () => {
    const of = await serve((request) => request.socket.destroy());
    await expect(describeEndpoint(of)).rejects.toMatchObject({ code: 'unreachable', exitCode: 3 });
  });
});

function cloudTime(ms: number): Record<string, string> {
  return { 'x-mlbench-cloud-time-ms': String(ms) };
}
