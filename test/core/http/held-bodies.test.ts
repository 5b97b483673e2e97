import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeldBodies, type HeldBody } from '../../../src/core/http/held-bodies.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const mostBytes = 100_000;
let server: Server;
let clock: ManualClock;
let heard: HeldBody['kind'][];
let port: number;

beforeEach(async () => {
  clock = new ManualClock();
  heard = [];
  const bodies = createHeldBodies(clock, { mostHeldBytes: 250_000, idleMs: 1_000 });
  server = createServer((asked, response) =>
    bodies.read(asked, response, mostBytes, (body) => {
      heard.push(body.kind);
      response.end(body.kind);
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function post(size: number, headers: Record<string, string | number> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', headers, agent: false }, (answer) => {
      answer.setEncoding('utf8').on('data', resolve);
    });
    sent.on('error', reject);
    sent.end(Buffer.alloc(size));
  });
}

/** A body that is announced with 100,000 bytes, of which so many come. */
function begin(bytes: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${mostBytes}\r\n\r\n`);
  socket.write(Buffer.alloc(bytes));
  return socket;
}

describe('bodies that are held', () => {
  it('are read up to the bound of one', async () => {
    expect(await post(mostBytes)).toBe('read');
    expect(await post(mostBytes + 1)).toBe('too-large');
    expect(await post(mostBytes + 1, { 'transfer-encoding': 'chunked' })).toBe('too-large');
  });

  it('are refused to a caller that sends all of it before it listens: the rest is read on', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20000000\r\n\r\n`);
    const whole = Buffer.alloc(20_000_000);
    await new Promise((resolve) => socket.write(whole, resolve));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('too-large');
    socket.destroy();
  });

  it('take no more than the bound of all together, and give it back when their callers go', async () => {
    const unfinished = [begin(90_000), begin(90_000)];
    await eventually('there is no room left', async () => (await post(90_000)) === 'no-room');
    for (const socket of unfinished) socket.destroy();
    await eventually('there is room again', async () => (await post(90_000)) === 'read');
  });

  it('are given up where they stand still', async () => {
    const socket = begin(10);
    const closed = once(socket, 'close');
    await eventually('the server reads it', async () => {
      await clock.advance(500);
      return heard.includes('gone');
    });
    await closed;
  });
});
