import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { observeHttp } from '../../../src/core/wire/observe-http.ts';
import { WireLog } from '../../../src/core/wire/wire-log.ts';
import { type CloudClients, createClients } from '../../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../../src/resources/sdk/cloud-address.ts';

let server: Server | undefined;
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function debugged(listener: RequestListener): Promise<{ clients: CloudClients; lines: string[] }> {
  server = createServer((request, response) => {
    request.resume().on('end', () => listener(request, response));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const wire = new WireLog(systemClock, (block) => lines.push(...block.lines));
  ends.push(observeHttp(wire, systemClock));
  const address = standInAddress({ url: `http://127.0.0.1:${port}`, region: 'us-east-1', timeScale: 1 });
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCY',
  };
  const clients = createClients({
    clock: systemClock,
    signal: new AbortController().signal,
    cloud: {
      ...address,
      settings: { ...address.settings, credentials: { ...credentials, sessionToken: token } as never },
    },
    wire,
  });
  ends.push(() => clients.close());
  return { clients, lines };
}

const token = 'FwoGZXIvYXdzEJrXSessionToken1234567890';

describe('--debug of calls of the SDK', () => {
  it('shows each attempt with its operation, status, request id, headers and bodies, numbered', async () => {
    let calls = 0;
    const { clients, lines } = await debugged((_, response) => {
      const fails = ++calls === 1;
      response.writeHead(fails ? 500 : 200, {
        'x-amzn-requestid': `req-${calls}`,
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(
        fails ? '{"__type":"InternalFailure"}' : '{"EndpointName":"e","EndpointStatus":"InService"}',
      );
    });
    const { EndpointStatus } = await (await clients.sagemaker()).send(
      new DescribeEndpointCommand({ EndpointName: 'e' }),
    );
    expect(EndpointStatus).toBe('InService');
    const text = lines.join('\n');
    expect(text).toMatch(/^#1 → POST http:\/\/127\.0\.0\.1:\d+\/ {2}SageMaker DescribeEndpoint, attempt 1$/m);
    expect(text).toMatch(/^#1 ← 500, .*, request id req-1$/m);
    expect(text).toMatch(/^#2 → POST .* SageMaker DescribeEndpoint, attempt 2$/m);
    expect(text).toMatch(/^#2 ← 200, .*, request id req-2$/m);
    expect(text).toContain('    > {"EndpointName":"e"}');
    expect(text).toContain('    < {"EndpointName":"e","EndpointStatus":"InService"}');
    expect(text).toMatch(/> authorization: AWS4-HMAC-SHA256 SignedHeaders=[a-z0-9;-]+ …/);
    expect(text).toMatch(/^· connected to 127\.0\.0\.1:\d+ from port \d+, in /m);
    // Told by the SDK's middleware, and not once more.
    expect(lines.filter((line) => line.includes('→'))).toHaveLength(2);
    for (const secret of [token, 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMIK7MDENGbPxRfiCY'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/Signature=[0-9a-f]/);
  });

  it('takes the credentials out of an answer of STS, and leaves them to the caller', async () => {
    const { clients, lines } = await debugged((_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
          '<AccessKeyId>ASIAQWERTYUIOPASDFGH</AccessKeyId><SecretAccessKey>returnedSecret123</SecretAccessKey>' +
          '<SessionToken>returnedToken456</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration>' +
          '</Credentials></AssumeRoleResult></AssumeRoleResponse>',
      );
    });
    const answer = await (await clients.sts()).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 's' }),
    );
    expect(answer.Credentials?.SecretAccessKey).toBe('returnedSecret123');
    const text = lines.join('\n');
    expect(text).toContain('<Credentials>…');
    for (const secret of ['ASIAQWERTYUIOPASDFGH', 'returnedSecret123', 'returnedToken456'])
      expect(text).not.toContain(secret);
  });

  it('passes a stream on whole, shows its start, and says how much there was', async () => {
    const content = Buffer.alloc(300_000, 7);
    const { clients, lines } = await debugged((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-tar', 'content-length': content.length });
      response.end(content);
    });
    const { Body } = await (await clients.s3()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(content)).toBe(true);
    expect(lines.join('\n')).toContain('< 293 KiB of application/x-tar');
  });

  it('says of a call that nobody answers why', async () => {
    const { clients, lines } = await debugged((request) => request.socket.destroy());
    const policyEnds = clients.s3();
    await (await policyEnds).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch(() => {});
    expect(lines.join('\n')).toMatch(/^#1 ✖ .*(hang up|ECONNRESET)/m);
  });
});
