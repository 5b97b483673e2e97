import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFront } from '../../src/api/front.ts';
import { createLeanInvoker } from '../../src/api/lean-invoker.ts';
import { listenOnLoopback } from '../../src/core/background/background-service.ts';
import { systemClock } from '../../src/core/clock.ts';
import { startServing } from '../docker/serving-process.ts';
import { type CloudFixture, credentials, inService, openCloud } from '../localcloud/support/cloud-fixture.ts';
import { tinyModel } from '../localcloud/support/tiny-model.ts';

/**
 * Pages in a real browser, on another port of this machine (the same site) and under another name (another site), try
 * whatever a page can to reach what listens on loopback.
 */
let cloud: CloudFixture;
let front: Server;
let frontUrl: string;
let pages: Server;
let browser: Browser;
let instance: Awaited<ReturnType<typeof startServing>>;
const allowedOrigins: string[] = [];
const modelFolder = mkdtempSync(join(tmpdir(), 'mlbench-pages-'));
const disposals: (() => unknown)[] = [];

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createEndpoint('mlbench');
  await cloud.until('mlbench', inService);
  const region = 'us-east-1';
  const runtimeUrl = cloud.cloud.url;
  const clock = systemClock;
  const invoker = createLeanInvoker({
    runtimeUrl,
    region,
    endpointName: 'mlbench',
    identity: credentials,
    clock,
  });
  const identity = { instanceId: 'front', pid: process.pid, version: '0' };
  front = createFront({ invoker, clock, origins: allowedOrigins, log: () => {} }, identity);
  frontUrl = `http://127.0.0.1:${await listenOnLoopback(front, 0, '')}`;
  pages = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  );
  await listenOnLoopback(pages, 0, '');
  writeFileSync(join(modelFolder, 'model.onnx'), tinyModel());
  instance = await startServing(modelFolder, { MLBENCH_LOOPBACK_ONLY: '1' });
  await instance.event('model-loaded');
  for (const [Key, Body, ContentType] of [
    ['picture.png', picture, 'image/png'],
    ['script.js', 'globalThis.wasRun = true', 'text/javascript'],
  ] as const)
    await cloud.s3.send(new PutObjectCommand({ Bucket: 'models', Key, Body, ContentType }));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--headless', '--no-sandbox', '--disable-quic', '--disable-background-networking'],
      // As a hostile name server would: the page's own name leads to this machine.
      '--host-resolver-rules=MAP *.example 127.0.0.1',
    ],
  });
  disposals.push(() => invoker.close());
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  for (const server of [front, pages]) {
    server?.closeAllConnections();
    server?.close();
  }
  for (const dispose of disposals) await dispose();
  await cloud?.close();
  rmSync(modelFolder, { recursive: true, force: true });
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const question = '{"instances":[[1,2]]}';

/** As it takes to look like a presigned URL; whose key it is, is not asked of anybody but the user. */
const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
const presigned = new URLSearchParams({
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `any/${now.slice(0, 8)}/us-east-1/s3/aws4_request`,
  'X-Amz-Date': now,
  'X-Amz-Expires': '3600',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': '0'.repeat(64),
}).toString();
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface PageRequest {
  mode?: 'cors' | 'no-cors';
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a page of that origin sees when it fetches: the body's length, or that it may not. */
async function fetchFrom(page: string, url: string, init: PageRequest): Promise<string> {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(page);
    return await tab.evaluate(
      async ([where, how]) => {
        try {
          const answer = await fetch(where, how);
          return `${answer.type} ${answer.status} ${await answer.text()}`;
        } catch {
          return 'refused';
        }
      },
      [url, init] as const,
    );
  } finally {
    await context.close();
  }
}

const buckets = async () => {
  const { Buckets } = await cloud.s3.send(new ListBucketsCommand({}));
  return Buckets?.map(({ Name }) => Name);
};

describe.each([
  ['another port of this machine', () => `http://localhost:${portOf(pages)}/`],
  ['another name', () => `http://pages.example:${portOf(pages)}/`],
])('a page on %s', (_what, page) => {
  it.each([
    ['with a simple request that nobody asks leave for', { mode: 'no-cors', method: 'POST' }],
    ['with a request that needs leave', { mode: 'cors', method: 'PUT' }],
  ] as const)('cannot change the stand-in %s', async (_how, init) => {
    const seen = await fetchFrom(page(), `${cloud.cloud.url}/made-by-a-page?${presigned}`, init);
    // An answer that is opaque tells a page nothing.
    expect(seen).toMatch(/^(refused|opaque 0 )$/);
    expect(await buckets()).toEqual(['models']);
  });

  it('cannot change the stand-in by a form', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(page());
    const body = 'Action=PutMetricAlarm&Version=2010-08-01';
    const [answer] = await Promise.all([
      tab.waitForResponse((response) => response.url().startsWith(cloud.cloud.url)),
      tab.evaluate(
        ([action, text]) => {
          const form = document.createElement('form');
          Object.assign(form, { action, method: 'post', enctype: 'text/plain' });
          const field = document.createElement('input');
          Object.assign(field, { name: text, value: '' });
          form.append(field);
          document.body.append(form);
          form.submit();
        },
        [`${cloud.cloud.url}/?${presigned}`, body] as const,
      ),
    ]);
    expect(answer.status()).toBe(403);
    await context.close();
  });

  it('cannot read an object by an image, a script or a link', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(page());
    const urlOf = (key: string) => `${cloud.cloud.url}/models/${key}?${presigned}`;
    const shown = await tab.evaluate(
      async ([image, script]) => {
        const load = (element: HTMLElement, source: string) =>
          new Promise<string>((resolve) => {
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('refused');
            document.body.append(Object.assign(element, { src: source }));
          });
        return [
          await load(new Image(), image),
          await load(document.createElement('script'), script),
          'wasRun' in globalThis,
        ];
      },
      [urlOf('picture.png'), urlOf('script.js')] as const,
    );
    expect(shown).toEqual(['refused', 'refused', false]);
    const [answer] = await Promise.all([
      tab.waitForResponse((response) => response.url() === urlOf('picture.png')),
      tab.evaluate((href) => {
        const anchor = Object.assign(document.createElement('a'), { href });
        document.body.append(anchor);
        anchor.click();
      }, urlOf('picture.png')),
    ]);
    expect(answer.status()).toBe(403);
    await context.close();
  });

  it.each([
    ['the API front', () => `${frontUrl}/evaluate`],
    ['an instance', () => `${instance.url}/invocations`],
    ['an endpoint', () => `${cloud.cloud.url}/endpoints/mlbench/invocations?${presigned}`],
  ])('can neither ask %s nor read it', async (_place, url) => {
    for (const init of [
      { mode: 'no-cors', method: 'POST', body: question },
      { mode: 'cors', method: 'POST', body: question },
      { mode: 'cors', method: 'POST', body: question, headers: { 'content-type': 'application/json' } },
      { mode: 'cors', method: 'GET' },
    ] as const) {
      expect(await fetchFrom(page(), url(), init)).toMatch(/^(refused|opaque 0 )$/);
    }
  });
});

describe('a page whose own name was made to lead here', () => {
  it.each([
    ['the stand-in', () => cloud.cloud.port],
    ['the API front', () => portOf(front)],
    ['an instance', () => instance.port],
  ])('reads nothing of %s but the refusal', async (_place, port) => {
    const url = `http://rebound.example:${port()}/`;
    const seen = await fetchFrom(url, `${url}_mlbench/health`, {});
    expect(seen).toMatch(/^basic 403 /);
    expect(seen).toContain(`rebound.example:${port()}`);
    expect(seen.trim().split('\n')).toHaveLength(1);
  });
});

describe('what a browser may', () => {
  it('open the API by its address, and its own pages may ask it', async () => {
    const seen = await fetchFrom(`${frontUrl}/`, `${frontUrl}/`, {});
    expect(seen).toContain('POST JSON to /evaluate');
  });

  it('ask the API for a page that was given leave', async () => {
    const page = `http://localhost:${portOf(pages)}`;
    allowedOrigins.push(page);
    try {
      const seen = await fetchFrom(`${page}/`, `${frontUrl}/evaluate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question,
      });
      expect(seen).toMatch(/^cors 200 .*predictions/);
    } finally {
      allowedOrigins.length = 0;
    }
  });

  it('not do, other programs do in the same words', async () => {
    const read = await fetch(`${cloud.cloud.url}/models/picture.png?${presigned}`);
    expect([read.status, (await read.arrayBuffer()).byteLength]).toEqual([200, picture.length]);
    const headers = { 'content-type': 'application/json' };
    for (const url of [`${frontUrl}/evaluate`, `${instance.url}/invocations`])
      expect((await fetch(url, { method: 'POST', headers, body: question })).status).toBe(200);
  });
});
