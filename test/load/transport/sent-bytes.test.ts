import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { contentOfBytes } from '../../../src/core/content.ts';
import { Http2Connection } from '../../../src/load/transport/http2-connection.ts';
import { testCertificate, testKey } from '../support/certificate.ts';
import { planFor } from '../support/plan.ts';
import { runWorker } from '../support/run-worker.ts';
import { fine, startServer } from '../support/servers.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Every byte there is, and what ends a head. */
const bytes = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from('\r\n\r\n\xff\xfe', 'latin1'),
]);
const body = contentOfBytes(bytes, 'bytes');
const name = 'Grüße ☃ 日本';
const path = '/a/../b/./%2e%2e/c';

/** What a server got of a request. */
interface Sent {
  version: string;
  path: string;
  /** Of the header `x-name`. */
  name: Buffer;
  body: Buffer;
}

async function send(url: string, transport: object): Promise<void> {
  const plan = planFor('unused', {
    destination: { kind: 'url', url: `${url}${path}?q=./..`, method: 'POST', headers: { 'X-Name': name } },
    maxRequests: 2,
    body,
    tls: { ca: testCertificate },
  });
  const { totals } = await runWorker(plan, transport, { [body.sha256]: { bytes } });
  expect(totals.errors).toEqual([]);
  expect(totals.counts.succeeded).toBe(2);
}

async function throughHttp1(transport: object): Promise<Sent> {
  const server = await startServer(fine);
  cleanups.push(() => server.close());
  await send(server.url, transport);
  const [, second = ''] = server.received;
  expect(server.received).toEqual([second, second]);
  const end = second.indexOf('\r\n\r\n');
  const [start = '', ...lines] = second.slice(0, end).split('\r\n');
  return {
    version: '1.1',
    path: start.split(' ')[1]!,
    name: Buffer.from(lines.find((line) => line.startsWith('x-name: '))!.slice(8), 'latin1'),
    body: Buffer.from(second.slice(end + 4), 'latin1'),
  };
}

async function throughHttp2(): Promise<Sent> {
  const got: Sent[] = [];
  const server = createSecureServer({ key: testKey, cert: testCertificate });
  server.on('request', (request, answer) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { httpVersion: version, url, headers } = request;
      const value = String(headers['x-name']);
      got.push({ version, path: url, name: Buffer.from(value, 'latin1'), body: Buffer.concat(parts) });
      answer.end('fine');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  await send(`https://localhost:${(server.address() as AddressInfo).port}`, { connection: Http2Connection });
  expect(got[0]).toEqual(got[1]);
  return got[0]!;
}

describe('what is typed arrives', () => {
  it.each<[string, () => Promise<Sent>]>([
    ['raw', () => throughHttp1({})],
    ['undici, HTTP/1.1', () => throughHttp1({ connection: Http2Connection })],
    ['undici, HTTP/2', throughHttp2],
  ])('a body byte for byte, a header as UTF-8, a path with its dots: %s', async (_, sent) => {
    const got = await sent();
    expect(got.body.equals(bytes)).toBe(true);
    expect(got.name.toString('utf8')).toBe(name);
    expect(got.path).toBe(`${path}?q=./..`);
  });
});
