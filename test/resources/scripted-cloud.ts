import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';
import type { Scope } from '../../src/resources/engine/resource.ts';
import { createClients } from '../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../src/resources/sdk/cloud-address.ts';

export interface CloudRequest {
  method: string;
  /** With its query. */
  path: string;
  /** `SageMaker.CreateModel`; IAM's `Action`; empty where the path says it. */
  operation: string;
  body: string;
}

export interface CloudAnswer {
  status?: number;
  body?: object | string;
  headers?: Record<string, string>;
}

/** A cloud that answers as a test wants, over real HTTP, on a clock on which every wait is over at once. */
export interface ScriptedCloud {
  scope: Scope;
  clock: Clock;
  requests: CloudRequest[];
  /** What `scope.waiting` was told. */
  waitedFor: string[];
  stop(): Promise<void>;
}

export async function startScriptedCloud(
  answer: (request: CloudRequest, cloud: ScriptedCloud) => CloudAnswer,
): Promise<ScriptedCloud> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const target = String(request.headers['x-amz-target'] ?? '');
    const read: CloudRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      operation: target.split('.').at(-1) || (/(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? ''),
      body,
    };
    cloud.requests.push(read);
    const { status = 200, body: answered = {}, headers } = answer(read, cloud);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = hastyClock();
  const { signal } = new AbortController();
  const clients = createClients({
    clock,
    signal,
    cloud: standInAddress({ url, region: 'us-east-1', timeScale: 1 }),
    attempts: 1,
  });
  const waitedFor: string[] = [];
  const cloud: ScriptedCloud = {
    scope: { clients, clock, signal, experiment: 'mine', waiting: (state) => waitedFor.push(state) },
    clock,
    requests: [],
    waitedFor,
    async stop() {
      clients.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cloud;
}

/** awsJson's and restJson's way to say no. */
export function refusal(name: string, message: string, status = 400): CloudAnswer {
  return { status, body: { __type: name, message, Message: message }, headers: { 'x-amzn-errortype': name } };
}

/** Time passes by waiting alone, and waiting takes no time. */
export function hastyClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, action) {
      const handle = setImmediate(() => {
        nowMs += delayMs;
        action();
      });
      return { cancel: () => clearImmediate(handle) };
    },
  };
}
