import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFront } from '../../../src/api/front.ts';
import { refuseConnection } from '../../../src/core/background/refuse-connection.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createCloudServer } from '../../../src/localcloud/server.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const malformed = { contentType: 'text/plain', body: 'what?' };

/** Its time-outs are those of the program, only shorter. */
function impatient(): Server {
  return createServer({ headersTimeout: 40, requestTimeout: 40, connectionsCheckingInterval: 10 }).on(
    'clientError',
    (error, socket) => refuseConnection(error, socket, malformed),
  );
}

/** All that a connection is told that says this, and then waits. */
async function told(listening: Server, says: string): Promise<string> {
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return new Promise((resolve, reject) => {
    const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
    let heard = '';
    socket.on('connect', () => says !== '' && socket.write(says));
    socket.on('data', (bytes) => {
      heard += bytes.toString();
    });
    socket.on('end', () => socket.end()).on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

describe('a connection', () => {
  it.each([
    ['asks nothing', ''],
    ['asks half of something', 'POST / HTTP/1.1\r\nhost: x\r\n'],
  ])('that %s in time is bidden farewell with 408, and closed', async (_, says) => {
    expect(await told(impatient(), says)).toBe(
      'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    );
  });

  it('that asks nonsense is told so with 400', async () => {
    expect(await told(impatient(), 'what\r\n\r\n')).toBe(
      'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nwhat?',
    );
  });

  it('whose head is too long is told that', async () => {
    const long = `GET / HTTP/1.1\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await told(impatient(), long)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('what nobody asked in time', () => {
  const tired = () => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  const giveUp = (listening: Server) =>
    listening.on('connection', (socket) =>
      setImmediate(() => listening.emit('clientError', tired(), socket)),
    );

  it('gets 408 of the stand-in', async () => {
    expect(await told(giveUp(createCloudServer({} as never)), '')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('gets 408 of the API front', async () => {
    const front = createFront(
      { clock: systemClock, origins: [], log: () => {}, invoker: {} as never },
      {
        instanceId: 'front',
        pid: 1,
        version: '0',
      },
    );
    expect(await told(giveUp(front), '')).toMatch(/^HTTP\/1\.1 408 /);
  });
});
