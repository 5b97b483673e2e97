import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { systemErrorCode, userError } from '../../core/errors.ts';
import type { FollowedRun } from '../../load/run/run-follower.ts';
import { LiveRun } from '../live/live-run.ts';
import { EventStream } from './event-stream.ts';
import { readPageFiles, securityHeaders } from './page-files.ts';
import { type RouteDeps, replyTo } from './routes.ts';

export interface LiveServerOptions {
  clock: Clock;
  /** 0: the system chooses. */
  port: number;
  /** An address of loopback, or another that was asked for: then a key is needed. */
  host: string;
}

/** Serves the live page of one run after another. */
export interface LiveServer {
  /** What to open; with the key in its fragment where one is needed. */
  url: string;
  /** The run that pages see from now on. */
  follow(run: FollowedRun): LiveRun;
  /** Pages get the last of the news, and are told that there will be no more. */
  close(): Promise<void>;
}

/** @throws MlbenchError `web-port`, `web-host` (exit code 2) */
export async function openLiveServer({ clock, port, host }: LiveServerOptions): Promise<LiveServer> {
  const isLoopback = /^(?:127\.[\d.]+|::1|localhost)$/.test(host);
  const token = isLoopback ? null : randomBytes(24).toString('base64url');
  const stream = new EventStream(clock);
  let run: LiveRun | null = null;
  const own = { port, ...(isLoopback ? {} : { hosts: [bracketed(host)] }) };
  const deps: RouteDeps = {
    access: { own, token },
    files: readPageFiles(),
    controls: () => run?.controls ?? null,
  };
  const server = createServer((request, response) => {
    serve(request, response, deps, stream).catch(() => response.destroy());
  });
  await listen(server, port, host);
  own.port = (server.address() as AddressInfo).port;
  return {
    url: `http://${bracketed(host)}:${own.port}/${token === null ? '' : `#${token}`}`,
    follow(followed) {
      run = new LiveRun(followed, stream.news);
      stream.show(run);
      return run;
    },
    async close() {
      stream.end();
      server.closeIdleConnections();
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      const late = clock.after(lastWordsMs, () => server.closeAllConnections());
      await closed;
      late.cancel();
    },
  };
}

/** What a page gets to read the end of its stream. */
const lastWordsMs = 500;

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RouteDeps,
  stream: EventStream,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const reply = await replyTo(request, deps);
  if (reply.kind === 'events') {
    stream.add(response);
  } else if (reply.kind === 'file') {
    response.writeHead(200, { 'content-type': reply.file.type });
    response.end(reply.file.bytes);
  } else {
    if (reply.cookie !== undefined) response.setHeader('set-cookie', reply.cookie);
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(`${JSON.stringify({ message: reply.message })}\n`);
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => resolve());
  try {
    await promise;
  } catch (error) {
    throw notListening(systemErrorCode(error), port, host, error);
  }
}

function notListening(code: string | undefined, port: number, host: string, cause: unknown) {
  switch (code) {
    case 'EADDRINUSE':
      return userError('web-port', `--web ${port}: the port is in use`, 'name another, or 0 for any', cause);
    case 'EACCES':
      return userError('web-port', `--web ${port}: not for every user`, 'name a port above 1023', cause);
    default:
      return userError(
        'web-host',
        `--web-host ${host}: ${code ?? 'cannot be listened on'}`,
        'name an address of this machine',
        cause,
      );
  }
}
