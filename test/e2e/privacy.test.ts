import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type KnownServer, response, startServer } from '../load/support/servers.ts';
import { Workplace } from './command-line.ts';

const workplace = new Workplace();
const servers: KnownServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.close();
  await workplace.dispose();
});

const secrets = {
  AWS_ACCESS_KEY_ID: 'AKIASECRET',
  AWS_SECRET_ACCESS_KEY: 'their-secret',
  AWS_SESSION_TOKEN: 'their-token',
  AWS_PROFILE: 'their-profile',
  GITHUB_TOKEN: 'their-github-token',
  HOME: '/nonexistent/their-home',
};

/** Every file and folder below, by what others than its owner may do with it, and what its owner may not. */
function open(folder: string): string[] {
  const { mode } = lstatSync(folder);
  const rights = mode & 0o777;
  const own = lstatSync(folder).isDirectory() ? 0o700 : 0o600;
  const below = lstatSync(folder).isDirectory()
    ? readdirSync(folder).flatMap((name) => open(join(folder, name)))
    : [];
  return [...(rights === own ? [] : [`${folder} ${rights.toString(8)}`]), ...below];
}

describe('what a user has and does', () => {
  it('is not for other users to read, nor for the processes that a user leaves running', async () => {
    const up = workplace.startWithUmask(
      '000',
      secrets,
      ...['up', '--api', '--create-time', '0s', '--port', '0', '--api-port', '0'],
    );
    expect((await up.finished).exitCode).toBe(0);
    const load = workplace.startWithUmask('000', secrets, 'load', '--rate', '20', '--duration', '1s');
    expect((await load.finished).stdout).toContain('requests');
    expect(open(workplace.path('.mlbench'))).toEqual([]);

    const running = workplace.processes();
    const programs = running.map(({ command }) => /dist\/([\w/-]+)\.js/.exec(command)?.[1]).sort();
    expect(programs).toEqual(['api-front', 'lifeline', 'localcloud']);
    for (const { pid } of running) {
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .filter((one) => one !== '');
      expect(names.filter((one) => /AWS|SECRET|GITHUB|their-/.test(one))).toEqual([]);
      expect(names.length).toBeLessThan(20);
    }
    expect((await workplace.mlbench('down', '--yes')).exitCode).toBe(0);
  });

  it('stays usable under a umask that takes every right', async () => {
    for (const args of [
      ['local', 'start', '--port', '0'],
      ['local', 'stop'],
    ])
      expect(
        (await workplace.startWithUmask('777', {}, ...args, '--state-dir', 'closed').finished).exitCode,
      ).toBe(0);
    expect(open(workplace.path('closed'))).toEqual([]);
  });

  it('is for whom the umask lets, where the user names the place', async () => {
    const server = await startServer((socket) => socket.write(response(200, '{}')));
    servers.push(server);
    const { finished } = workplace.startWithUmask(
      '022',
      {},
      ...[
        'load',
        '--url',
        server.url,
        '--rate',
        '20',
        '--duration',
        '1s',
        '--out',
        'asked/out',
        '--csv',
        'asked/csv',
      ],
    );
    expect((await finished).exitCode).toBe(0);
    const modeOf = (name: string) => (lstatSync(workplace.path('asked', name)).mode & 0o777).toString(8);
    const files = [
      'csv_stats.csv',
      'csv_stats_history.csv',
      'out/result.json',
      'out/timeline.ndjson',
      'out/report.html',
    ];
    expect([modeOf('.'), modeOf('out')]).toEqual(['755', '755']);
    expect(files.map(modeOf)).toEqual(files.map(() => '644'));
  });

  it('is closed to others by the next command where it was open', async () => {
    mkdirSync(workplace.path('open', 'runs', 'old'), { recursive: true });
    for (const name of ['', 'runs', 'runs/old']) chmodSync(workplace.path('open', name), 0o777);
    await workplace.mlbench('status', '--state-dir', 'open');
    expect(open(workplace.path('open'))).toEqual([]);
  });
});
