import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from '../../src/record/read-record.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { type KnownServer, response, startServer } from '../load/support/servers.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;
let server: KnownServer;

beforeAll(async () => {
  workplace = new Workplace();
  server = await startServer((socket) => socket.write(response(200, '{}')));
});
afterAll(async () => {
  await server.close();
  await workplace.dispose();
});

describe('a load for which this machine has too few file descriptors', () => {
  it.concurrent.each([
    ['users', 'raw', ['--users', '150', '--wait', 'pacing:500ms']],
    ['users over HTTP/2’s transport', 'undici', ['--users', '150', '--wait', 'pacing:500ms']],
    ['arrivals that need a connection each', 'raw', ['--rate', '2000', '--arrivals', 'poisson']],
  ])('is INVALID, was warned of, and loses none of its record: %s', async (_, transport, flags) => {
    const out = `out-${transport}-${flags[0]}`;

    const slow = await startServer((socket) => setTimeout(() => socket.write(response(200, '{}')), 300));
    try {
      const { finished } = workplace.startWithDescriptors(
        100,
        ...['load', '--url', slow.url.replace('127.0.0.1', 'localhost'), '--transport', transport, ...flags],
        ...['--duration', '3s', '--expect', 'p50<9s', '--json', '--out', out, '--csv', `${out}/csv`],
      );
      const { stdout, stderr, exitCode } = await finished;
      const result = JSON.parse(stdout) as RunResult;
      expect(stderr).toMatch(
        /warning: \d+ (users|connections).* may need more file descriptors than the \d+/,
      );
      const check = result.validity.checks.find(({ name }) => name === 'localFailures');
      const lost = result.errors.filter(({ kind }) => kind === 'client');
      expect(check).toMatchObject({ severity: 'error', passed: false });
      expect(check?.observed).toBe(lost.reduce((sum, { count }) => sum + count, 0));
      expect(result.requests.failed).toBe(check?.observed);
      expect(result.requests.succeeded).toBeGreaterThan(0);
      expect(lost.map(({ message }) => message.split(' ')[0])).toEqual(['EMFILE']);
      expect(result.validity.verdict).toBe('INVALID');
      expect(exitCode).toBe(5);
      const record = readRecord(workplace.path(out), workplace.path('.mlbench'));
      expect(record.timeline.filter(({ type }) => type === 'load').length).toBeGreaterThanOrEqual(2);
      expect(record.intervals()?.between({ kind: 'response' }).count).toBe(result.latencyUs.response.count);
      expect(readFileSync(workplace.path(out, 'report.html'), 'utf8')).toContain(result.runId);
      const history = readFileSync(workplace.path(out, 'csv_stats_history.csv'), 'utf8').trim().split('\n');
      expect(history.length).toBeGreaterThanOrEqual(3);
      expect(readFileSync(workplace.path(out, 'csv_failures.csv'), 'utf8')).toContain('EMFILE');
    } finally {
      await slow.close();
    }
  });

  it('is believed where they suffice', async () => {
    const { finished } = workplace.startWithDescriptors(
      100,
      ...[
        'load',
        '--url',
        server.url,
        '--users',
        '5',
        '--wait',
        'pacing:100ms',
        '--duration',
        '1s',
        '--json',
      ],
    );
    const { stdout, stderr, exitCode } = await finished;
    const result = JSON.parse(stdout) as RunResult;
    expect(stderr).not.toContain('descriptors');
    expect(result.validity.checks.find(({ name }) => name === 'localFailures')).toMatchObject({
      passed: true,
    });
    expect(exitCode).toBe(0);
  });
});
