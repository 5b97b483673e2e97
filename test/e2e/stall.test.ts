import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/core/clock.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;
let server: Server;
let port: number;
const sockets = new Set<Socket>();
/** Requests by path: each load has its own. */
const requests = new Map<string, number>();

beforeAll(async () => {
  workplace = new Workplace();
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const path = data.toString('latin1').split(' ', 2)[1] ?? '';
      requests.set(path, (requests.get(path) ?? 0) + 1);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
  const arrivals = Array.from({ length: 100 }, (_, index) => (index * 0.05).toFixed(2));
  writeFileSync(workplace.path('trace.csv'), arrivals.join('\n'));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await workplace.dispose();
});

/** Stopped for two of its five seconds, as by a Ctrl-Z. */
async function loadStopped(path: string, args: string[], stoppedMs: number) {
  const url = `http://127.0.0.1:${port}${path}`;
  const { child, finished } = workplace.start('load', '--url', url, '--json', ...args);
  await eventually(`requests of ${path}`, () => (requests.get(path) ?? 0) > 5);
  if (stoppedMs > 0) {
    child.kill('SIGSTOP');
    await sleep(systemClock, stoppedMs);
    child.kill('SIGCONT');
  }
  const { stdout, stderr, exitCode } = await finished;
  return { result: JSON.parse(stdout) as RunResult, stderr, exitCode };
}

describe('a load whose process was stopped for two seconds', () => {
  it.concurrent.each([
    ['users who pause', ['--users', '5', '--wait', 'pacing:50ms', '--duration', '5s']],
    ['users who do not pause', ['--users', '2', '--wait', 'none', '--duration', '5s']],
    ['users in stages', ['--users', '5', '--stages', '5s:10', '--wait', 'constant:50ms']],
    ['arrivals at a rate', ['--rate', '50', '--duration', '5s']],
    ['arrivals in stages', ['--stages', '0s:50,5s:100']],
    ['arrivals of a trace', ['--trace', 'trace.csv']],
  ])('is INVALID and says for how long: %s', async (name, args) => {
    const { result, exitCode } = await loadStopped(`/${name.replaceAll(' ', '-')}`, args, 2_000);
    expect(exitCode).toBe(5);
    expect(result.validity.verdict).toBe('INVALID');
    const stall = result.validity.checks.find((check) => check.name === 'stall');
    expect(stall).toMatchObject({ severity: 'error', passed: false, limit: 1_000_000 });
    expect(stall!.observed).toBeGreaterThan(1_800_000);
    expect(stall!.observed).toBeLessThan(4_000_000);
  });

  it.concurrent('and one that was not is VALID', async () => {
    const args = ['--users', '5', '--wait', 'pacing:50ms', '--duration', '3s'];
    const { result, exitCode } = await loadStopped('/undisturbed', args, 0);
    expect({ exitCode, verdict: result.validity.verdict }).toEqual({ exitCode: 0, verdict: 'VALID' });
    expect(result.validity.checks.find((check) => check.name === 'stall')?.passed).toBe(true);
  });
});
