import { PassThrough, pipeline, Readable } from 'node:stream';
import { pairsOf } from '../../core/wire/observe-http.ts';
import type { WireBody } from '../../core/wire/wire-block.ts';
import type { WireExchange, WireLog } from '../../core/wire/wire-log.ts';
import type { AddMiddleware, CallResult, ObservedClient } from './client-middleware.ts';

/** Tells `--debug` of each attempt of each call: what was sent, signed and all, and what came. */
export function showCalls(client: ObservedClient, service: string, wire: WireLog): void {
  const add = client.middlewareStack.add.bind(client.middlewareStack) as AddMiddleware;
  add(
    (next, context) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      let attempt = 0;
      return async (args) => {
        const { request } = args as { request: SentRequest };
        const invocation = request.headers['amz-sdk-invocation-id'];
        if (invocation !== undefined) wire.claim(invocation);
        const exchange = wire.request({
          method: request.method,
          url: urlOf(request),
          note: `${service} ${operation}, attempt ${++attempt}`,
          headers: pairsOf(request.headers),
          body: bodyOf(request.body),
        });
        try {
          const result = await next(args);
          showAnswer(result, exchange);
          return result;
        } catch (error) {
          exchange.failed(error);
          throw error;
        }
      };
    },
    // Innermost: as it goes to the socket.
    { step: 'deserialize', priority: 'low', name: 'mlbenchWire' },
  );
}

interface SentRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

interface ReceivedResponse {
  statusCode: number;
  headers: Record<string, string>;
  body?: unknown;
}

function showAnswer(result: CallResult, exchange: WireExchange): void {
  const response = result.response as ReceivedResponse | undefined;
  if (response === undefined) return;
  const { statusCode, headers, body } = response;
  const id = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  exchange.answered({
    status: statusCode,
    headers: pairsOf(headers),
    ...(id === undefined ? {} : { note: `request id ${id}` }),
  });
  if (body instanceof Readable) response.body = copied(body, (kept) => exchange.body(pairsOf(headers), kept));
}

/** The same stream for whoever reads it, its start kept. */
function copied(body: Readable, tell: (kept: WireBody) => void): Readable {
  const chunks: Buffer[] = [];
  let keptBytes = 0;
  let totalBytes = 0;
  const through = new PassThrough({
    transform(chunk: Buffer, _, done) {
      totalBytes += chunk.length;
      if (keptBytes < mostKeptBytes) {
        const piece = chunk.subarray(0, mostKeptBytes - keptBytes);
        chunks.push(piece);
        keptBytes += piece.length;
      }
      done(null, chunk);
    },
  });
  return pipeline(body, through, () => tell({ bytes: Buffer.concat(chunks), totalBytes }));
}

function bodyOf(body: unknown): WireBody | undefined {
  if (typeof body === 'string') return { bytes: Buffer.from(body) };
  // Copied: the SDK's own kind of array warns of whoever asks it for anything.
  if (body instanceof Uint8Array) return { bytes: new Uint8Array(body) };
  return undefined;
}

function urlOf({ protocol, hostname, port, path, query = {} }: SentRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (value === null ? [''] : [value].flat()).map(
      (one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    ),
  );
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return `${protocol}//${host}${port === undefined ? '' : `:${port}`}${path}${search}`;
}

const mostKeptBytes = 65_536;
