import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpApiEvent } from '../../src/api/payload.ts';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A SageMaker runtime that answers every call as told, on a real socket. */
export class FakeRuntime {
  readonly seen: SeenRequest[] = [];
  connections = 0;
  answer: (response: ServerResponse, seen: SeenRequest) => void = answerWith(200, { prediction: 'Gentoo' });
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      this.seen.push(seen);
      this.answer(response, seen);
    });
  });

  async listen(): Promise<void> {
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function answerWith(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => {
    response
      .writeHead(status, {
        'content-type': 'application/json',
        'x-amzn-invoked-production-variant': 'AllTraffic',
        ...headers,
      })
      .end(JSON.stringify(body));
  };
}

/** An error in restJson1, as the runtime writes it. */
export function refuseWith(status: number, code: string, body: object, headers: Record<string, string> = {}) {
  return answerWith(status, body, { 'x-amzn-errortype': code, ...headers });
}

/** `POST /evaluate` with a small JSON body, unless told otherwise. */
export function httpApiEvent(
  change: { method?: string; path?: string; stage?: string } & Partial<
    Pick<HttpApiEvent, 'headers' | 'body' | 'isBase64Encoded'>
  > = {},
): HttpApiEvent {
  const { method = 'POST', path = '/evaluate', stage = '$default' } = change;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: change.headers ?? { 'content-type': 'application/json' },
    requestContext: {
      requestId: 'request-1',
      stage,
      domainName: 'api.example.com',
      timeEpoch: 0,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    },
    body: change.body ?? '{"features":[1,2]}',
    isBase64Encoded: change.isBase64Encoded ?? false,
  };
}
