import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KnownServer, response, startServer } from '../load/support/servers.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;
let server: KnownServer;

beforeEach(async () => {
  workplace = new Workplace();
  server = await startServer((socket) => socket.write(response(401, '')));
});
afterEach(async () => {
  await server.close();
  await workplace.dispose();
});

const load = (...args: string[]) => workplace.mlbench('load', '--url', server.url, '--users', '5', ...args);

describe('a load of a service that lets nobody in', () => {
  it('ends with one line and exit code 3, and its record says how it ended', async () => {
    const { stdout, stderr, exitCode } = await load('--wait', 'none', '--duration', '1m');
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.match(/^error: .*$/gm)).toEqual([
      expect.stringMatching(
        /^error: there is nothing to load at http:\S+: all of the first \d+ answers say that there is nothing to load; the first says: HTTP 401 Unauthorized$/,
      ),
    ]);
    const [run = ''] = readdirSync(workplace.path('.mlbench', 'runs'));
    const result = workplace.readJson<{ ended: object; requests: { failed: number } }>(
      '.mlbench',
      'runs',
      run,
      'result.json',
    );
    expect(result.ended).toMatchObject({ reason: 'nothing-to-load' });
    expect(result.requests.failed).toBeGreaterThanOrEqual(20);
  });

  it('goes on with --keep-going, and ends with 1 for want of a success', async () => {
    const { stdout, exitCode } = await load('--requests', '50', '--wait', 'none', '--keep-going', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      requests: { sent: 50, failed: 50 },
      statuses: { 401: 50 },
      ended: { reason: 'requests' },
    });
  });
});
