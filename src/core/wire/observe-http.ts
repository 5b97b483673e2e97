import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { socketFacts } from './socket-facts.ts';
import { tookText } from './wire-block.ts';
import type { WireExchange, WireLog } from './wire-log.ts';

/**
 * Tells of the connections of every HTTP request of this thread that goes by `node:http`, and of the requests that
 * nobody else tells of: those of credential providers, and the looks at background processes.
 * @returns what ends it
 */
export function observeHttp(wire: WireLog, clock: Clock): () => void {
  const exchanges = new WeakMap<ClientRequest, WireExchange>();
  const known = new WeakSet<Socket>();
  const onSocket = (socket: Socket) => {
    if (known.has(socket)) return;
    known.add(socket);
    followSocket(socket, wire, clock);
  };
  const handlers: [channel: string, handler: (message: unknown) => void][] = [
    [
      'http.client.request.created',
      (message) => {
        const { request } = message as { request: ClientRequest };
        request.once('socket', onSocket);
      },
    ],
    [
      'http.client.request.start',
      (message) => {
        const { request } = message as { request: ClientRequest };
        if (request.socket) onSocket(request.socket);
        const invocation = request.getHeader('amz-sdk-invocation-id');
        if (typeof invocation === 'string' && wire.isClaimed(invocation)) return;
        exchanges.set(request, wire.request({ ...addressOf(request), headers: headersOf(request) }));
      },
    ],
    [
      'http.client.response.finish',
      (message) => {
        const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
        exchanges.get(request)?.answered({
          status: response.statusCode ?? 0,
          headers: pairsOf(response.headers),
        });
      },
    ],
    [
      'http.client.request.error',
      (message) => {
        const { request, error } = message as { request: ClientRequest; error: unknown };
        exchanges.get(request)?.failed(error);
      },
    ],
  ];
  for (const [channel, handler] of handlers) subscribe(channel, handler);
  return () => {
    for (const [channel, handler] of handlers) unsubscribe(channel, handler);
  };
}

function addressOf(request: ClientRequest): { method: string; url: string } {
  const { method, protocol, host, path } = request;
  return { method, url: `${protocol}//${String(request.getHeader('host') ?? host)}${path}` };
}

function headersOf(request: ClientRequest): [string, string][] {
  return pairsOf(request.getHeaders());
}

export function pairsOf(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
}

/** DNS, TCP, TLS, and the end. */
function followSocket(socket: Socket, wire: WireLog, clock: Clock): void {
  if (!socket.connecting) return;
  const startedMs = clock.monotonicMs();
  const took = () => tookText(clock.monotonicMs() - startedMs);
  socket.once('lookup', (error: Error | null, address: string, _family: unknown, host: string) => {
    wire.note(error === null ? `${host} is ${address}, looked up in ${took()}` : `${host}: ${error.message}`);
  });
  const ready = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
  let facts = '';
  socket.once(ready, () => {
    facts = socketFacts(socket);
    wire.note(`connected to ${facts}, in ${took()}`);
  });
  socket.once('close', () => {
    if (facts !== '') wire.note(`closed the connection to ${facts.split(',', 1)[0]}, open for ${took()}`);
  });
}
