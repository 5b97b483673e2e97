import { createServer, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { systemClock } from '../../../../src/core/clock.ts';
import { prepareRequest } from '../../../../src/load/request/request.ts';
import { Connection } from '../../../../src/load/transport/connection.ts';
import { createAddressBook } from '../../../../src/load/transport/exchange/address-book.ts';
import type { RequestFailure } from '../../../../src/load/transport/exchange/failure.ts';
import { createTimerWheel } from '../../../../src/load/transport/exchange/timer-wheel.ts';
import { noTransportCounts, type Transport } from '../../../../src/load/transport/exchange/transport.ts';
import { Http2Connection } from '../../../../src/load/transport/http2-connection.ts';
import { testCertificate } from '../../support/certificate.ts';
import { contents, planFor } from '../../support/plan.ts';
import { type Behaviour, secondAnswer } from './behaviour.ts';
import { type Http2Behaviour, serveHttp2 } from './http2-behaviours.ts';

/** Both transports, by their names on the command line. */
export const transports = { raw: Connection, undici: Http2Connection } as const;

/** What was seen, in the words of a `Behaviour`. */
export interface Seen {
  sees: string;
  next: string;
  stray: number;
}

interface KnownServer {
  url: string;
  /** The connection that brought each request. */
  asked: number[];
  lastAsked(): Socket;
  close(): void;
}

/** A server that behaves so, on a port of its own: a shared one would have to wait for the request to know how to greet. */
export async function serve(behaviour: Behaviour): Promise<KnownServer> {
  const sockets = new Set<Socket>();
  const asked: number[] = [];
  let lastAsked: Socket | undefined;
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    behaviour.onConnect?.(socket);
    // Ours come in one piece.
    socket.on('data', () => {
      asked.push(connection);
      lastAsked = socket;
      if (behaviour.onConnect !== undefined) return;
      if (asked.length > 1) socket.write(secondAnswer);
      else act(behaviour, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
    asked,
    lastAsked: () => lastAsked!,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function act({ does, after }: Behaviour, socket: Socket): void {
  if (typeof does === 'function') does(socket);
  else if (after === 'ends') socket.end(does, 'latin1');
  else {
    if (does !== '') socket.write(does, 'latin1');
    if (after === 'resets') socket.resetAndDestroy();
  }
}

/** A user's two requests against a server that behaves so. */
export async function see(behaviour: Behaviour, name: keyof typeof transports): Promise<Seen> {
  const server = await serve(behaviour);
  const user = userOf(server.url, name, behaviour);
  try {
    const sees = await user.request(behaviour.method === 'HEAD');
    await new Promise<void>((resolve) => systemClock.after(behaviour.pauseMs ?? 0, resolve));
    if (behaviour.whileIdle !== undefined) {
      await user.until((idle) => idle);
      act(
        { ...behaviour, does: behaviour.whileIdle.says, after: behaviour.whileIdle.after },
        server.lastAsked(),
      );
      if (behaviour.next === 'anew') await user.until((idle) => !idle);
    }
    // Only the first answer is awaited so shortly.
    user.transport.timeoutMs = 5_000;
    const second = await user.request();
    const [first, last] = [server.asked[0], server.asked.at(-1)];
    const right = second === 'success 200 second';
    return {
      sees,
      next: right ? (server.asked.length === 2 && first === last ? 'same' : 'anew') : `refused: ${second}`,
      stray: user.end(),
    };
  } finally {
    user.end();
    server.close();
  }
}

/** A user's two requests against a server that speaks HTTP/2 and behaves so. */
export async function seeHttp2(
  { does, method, timeoutMs }: Http2Behaviour,
  name: keyof typeof transports,
): Promise<Omit<Seen, 'stray'>> {
  const server = await serveHttp2(does);
  const trusted = createSecureContext({ ca: testCertificate });
  const user = userOf(server.url, name, {
    secureContext: trusted,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  try {
    const sees = await user.request(method === 'HEAD');
    user.transport.timeoutMs = 5_000;
    const second = await user.request();
    const [first, last] = server.asked;
    const right = second === 'success 200 second';
    return { sees, next: right ? (first === last ? 'same' : 'anew') : `refused: ${second}` };
  } finally {
    user.end();
    server.close();
  }
}

type Outcome = { failure: RequestFailure | null } | 'opened';

export function userOf(
  url: string,
  name: keyof typeof transports,
  {
    timeoutMs = 5_000,
    secureContext,
    insecure = false,
    addresses = ['127.0.0.1'],
  }: { timeoutMs?: number; addresses?: string[] } & Pick<Transport, 'secureContext' | 'insecure'> = {},
) {
  const prepared = prepareRequest(planFor(url), contents);
  const wheel = createTimerWheel(systemClock, 5);
  let tell: (outcome: Outcome) => void = () => {};
  const transport: Transport = {
    origin: prepared.origin,
    clock: systemClock,
    addresses: createAddressBook(
      prepared.origin.hostname,
      async () => addresses.map((address) => ({ address, family: 4 })),
      systemClock.monotonicMs,
    ),
    wheel,
    timeoutMs,
    headRequest: false,
    readBuffer: Buffer.alloc(65_536),
    counts: noTransportCounts(),
    captureBytes: 65_536,
    insecure,
    ...(secureContext === undefined ? {} : { secureContext }),
  };
  const connection = new transports[name](transport, {
    opened: () => tell('opened'),
    answered: (_, __, failure) => tell({ failure }),
    failed: (_, failure) => tell({ failure }),
  });
  const told = (act: () => void) =>
    new Promise<Outcome>((resolve) => {
      tell = resolve;
      act();
    });
  return {
    transport,
    async until(condition: (idle: boolean) => boolean): Promise<void> {
      while (!condition(connection.idle)) await new Promise((resolve) => setImmediate(resolve));
    },
    async request(head = false): Promise<string> {
      let outcome: Outcome = connection.idle ? 'opened' : await told(() => connection.open());
      if (outcome === 'opened') {
        outcome = await told(() => {
          const bytes = prepared.bytesOf(
            { method: head ? 'HEAD' : 'POST', path: '/', headers: { host: prepared.origin.host } },
            Buffer.from(head ? '' : '{}'),
            0,
          );
          connection.send(bytes, systemClock.monotonicMs(), head);
        });
      }
      if (outcome === 'opened') return 'opened again';
      if (outcome.failure !== null) {
        const { kind, status, message } = outcome.failure;
        return `${kind} ${status}: ${message}`;
      }
      const { status, body } = connection.response();
      return `success ${status} ${body.toString()}`.trim();
    },
    /** @returns the stray answers */
    end(): number {
      connection.destroy();
      wheel.stop();
      return transport.counts.strayAnswers;
    },
  };
}
