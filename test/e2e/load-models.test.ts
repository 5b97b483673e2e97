import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fine, type KnownServer, startServer } from '../load/support/servers.ts';
import { Workplace } from './command-line.ts';
import { mlbenchHere } from './command-line-here.ts';

let workplace: Workplace;
let server: KnownServer;

beforeEach(async () => {
  workplace = new Workplace();
  server = await startServer(fine);
});
afterEach(async () => {
  await server.close();
  await workplace.dispose();
});

const load = (...args: string[]) => workplace.mlbench('load', '--url', server.url, '--json', ...args);

describe('arrivals', () => {
  it('are sent exactly as many as asked for, whatever the workers', async () => {
    const { stdout, exitCode } = await load('--rate', '2000', '--requests', '333', '--workers', '2');
    const result = JSON.parse(stdout);
    expect(result.requests).toMatchObject({ intended: 333, sent: 333, succeeded: 333, dropped: 0 });
    expect(result).toMatchObject({ workers: 2, profile: { model: 'open', rateRps: 2_000 } });
    expect(server.requests).toBe(333);
    expect(exitCode).toBe(0);
  });

  it('follow stages', async () => {
    const { stdout } = await load('--stages', '1s:200,500ms:0');
    const { requests: counts, rateRps, durationSeconds } = JSON.parse(stdout);
    expect(counts).toMatchObject({ intended: 150, sent: 150, succeeded: 150 });
    expect(rateRps.intended).toBe(100);
    expect(durationSeconds).toBe(1.5);
    expect(server.requests).toBe(150);
  });

  it('follow a trace', async () => {
    writeFileSync(workplace.path('trace.csv'), 'timestamp\n0\n0.05\n0.05\n0.3\n');
    const { stdout, exitCode } = await load('--trace', 'trace.csv');
    const { requests: counts, profile } = JSON.parse(stdout);
    expect(counts).toMatchObject({ intended: 4, sent: 4, succeeded: 4, dropped: 0 });
    expect(profile).toMatchObject({ model: 'trace', arrivals: 4, durationMs: 301 });
    expect(exitCode).toBe(0);
  });

  it('beyond what the generator can offer make the run INVALID, which says why', async () => {
    const { stdout, exitCode } = await load('--rate', '1000000', '--duration', '1s', '--workers', '1');
    const { requests: counts, validity } = JSON.parse(stdout);
    expect(exitCode).toBe(5);
    expect(validity.verdict).toBe('INVALID');
    const offered = validity.checks.find((check: { name: string }) => check.name === 'offered');
    expect(offered).toMatchObject({ severity: 'error', limit: 0.99, passed: false });
    expect(counts.sent + counts.dropped).toBe(counts.intended);
    expect(Math.abs(counts.intended - 1_000_000)).toBeLessThanOrEqual(1);
    expect(counts.sent).toBe(server.requests);
  });
});

describe('a load that cannot be is refused with one clear line', () => {
  it.each([
    [['--rate', '0'], 'never send'],
    [['--rate', '5', '--users', '3'], 'different loads'],
    [['--stages', '1m:0'], 'send nothing'],
    [['--stages', '1m'], 'not a stage'],
    [['--stages', '5s:5', '--duration', '3s'], '--duration'],
    [['--rate', '5', '--ramp', '3'], '--ramp'],
    [['--users', '5', '--arrivals', 'poisson'], '--arrivals'],
    [['--trace', 'nowhere.csv'], 'nowhere.csv'],
    [['--trace', 'bad.csv'], 'line 2'],
    [['--rate', '5', '--warmup', '10s', '--duration', '5s'], '--warmup'],
  ])('%j', async (args, word) => {
    writeFileSync(workplace.path('bad.csv'), '0\nnoon\n');
    const { exitCode, stderr } = await mlbenchHere(workplace.folder, 'load', '--url', server.url, ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(word);
    expect(stderr.split('\n').filter((line) => line.startsWith('error: '))).toHaveLength(1);
    expect(stderr.split('\n').filter((line) => line.includes('→'))).toHaveLength(1);
    expect(server.requests).toBe(0);
  });
});
