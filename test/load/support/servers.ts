import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { testCertificate, testKey } from './certificate.ts';

/** A server on loopback whose every answer is known, byte for byte. */
export interface KnownServer {
  url: string;
  port: number;
  /** Requests received whole. */
  requests: number;
  connections: number;
  /** Request texts, the first hundred. */
  received: string[];
  close(): Promise<void>;
}

/** Called with each whole request; `index` counts from 0 over all connections, `onConnection` on this one. */
export type Answer = (socket: Socket, index: number, onConnection: number) => void;

export async function startServer(answer: Answer, options: { tls?: boolean } = {}): Promise<KnownServer> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    known.connections++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let held = '';
    let onConnection = 0;
    socket.on('data', (data) => {
      held += data.toString('latin1');
      for (;;) {
        const end = wholeRequestEnd(held);
        if (end < 0) return;
        if (known.received.length < 100) known.received.push(held.slice(0, end));
        held = held.slice(end);
        answer(socket, known.requests++, onConnection++);
      }
    });
  };
  const server: Server = options.tls
    ? createTlsServer({ key: testKey, cert: testCertificate }, serve)
    : createServer(serve);
  const known: KnownServer = {
    url: '',
    port: 0,
    requests: 0,
    connections: 0,
    received: [],
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  known.port = (server.address() as { port: number }).port;
  known.url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${known.port}`;
  return known;
}

export const fine: Answer = (socket) => socket.write(response(200, 'fine'));

export function response(status: number, body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ 'content-length': String(body.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}

function wholeRequestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : -1;
}
