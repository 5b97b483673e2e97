import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { fine, type KnownServer, startServer } from '../load/support/servers.ts';
import type { Ended } from '../support/ended.ts';
import { Workplace } from './command-line.ts';
import { mlbenchHere } from './command-line-here.ts';

let workplace: Workplace;
let server: KnownServer;
/** When each request came, by the wall clock. */
let cameAtMs: number[];

beforeAll(async () => {
  workplace = new Workplace();
  server = await startServer((socket, ...index) => {
    cameAtMs.push(systemClock.nowMs());
    fine(socket, ...index);
  });
});
beforeEach(() => {
  cameAtMs = [];
});
afterAll(async () => {
  await server.close();
  await workplace.dispose();
});

const load = (...args: string[]) => workplace.mlbench('load', '--url', server.url, '--json', ...args);
const simulate = (...args: string[]) => workplace.mlbench('simulate', '--json', ...args);

function trace(...lines: string[]): string {
  writeFileSync(workplace.path('trace.csv'), `${lines.join('\n')}\n`);
  return 'trace.csv';
}

/** The error and the remedy. */
function refusalIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /^(error: | {2}→)/.test(line));
}

describe('a load means the same to load and to simulate', () => {
  it.each([
    ['milliseconds of the epoch', '1735689600000', '1735689600400', '1735689601000'],
    ['seconds of the epoch', '1735689600', '1735689600.4', '1735689601'],
    ['seconds from the start', '0', '0.4', '1'],
    ['instants with a zone', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00.4Z', '2025-01-01T01:00:01+01:00'],
  ])('a trace in %s', async (_, ...lines) => {
    const file = trace(...lines);
    const predicted = JSON.parse((await simulate('--trace', file)).stdout);
    expect(predicted.summary.requests.offered).toBeCloseTo(3, 6);
    expect(predicted.summary.durationMs).toBe(2_000);
    const { stdout, exitCode } = await load('--trace', file);
    const { requests, profile, startedAt } = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(requests).toMatchObject({ intended: 3, sent: 3, succeeded: 3, dropped: 0 });
    expect(profile).toMatchObject({ model: 'trace', file: 'trace.csv', arrivals: 3, durationMs: 1_001 });
    expect(profile.content).toMatchObject({
      name: 'trace.csv',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // None before its time: a second after the start, less the rounding of the instants.
    expect(cameAtMs[2]! - Date.parse(startedAt)).toBeGreaterThanOrEqual(999);
  });

  it('stages with blanks', async () => {
    const predicted = JSON.parse((await simulate('--stages', ' 1s : 50 , 0.5s:50 ')).stdout);
    expect(predicted.summary.requests.offered).toBeCloseTo(50, 6);
    const { stdout } = await load('--stages', ' 1s : 50 , 0.5s:50 ');
    expect(JSON.parse(stdout).requests).toMatchObject({ intended: 50, sent: 50 });
  });

  it.each<[string, string[], string[]]>([
    ['a time without a zone', ['--trace', 'trace.csv'], ['2025-01-01T00:00:00', '2025-01-01T00:00:01']],
    ['offsets among instants', ['--trace', 'trace.csv'], ['1735689600', '3']],
    ['a trace longer than 35 days', ['--trace', 'trace.csv'], ['0', '3100000']],
    ['a trace that is not there', ['--trace', 'nowhere.csv'], []],
    ['a trace cut off before it begins', ['--trace', 'trace.csv', '--duration', '2s'], ['3', '4']],
    ['stages that offer nothing', ['--stages', '1m:0'], []],
    ['stages that take no time', ['--stages', '0s:5'], []],
    ['a rate of nothing', ['--rate', '0'], []],
    [
      'a rate so low that nothing comes',
      ['--rate', '0.001', '--arrivals', 'poisson', '--duration', '1s'],
      [],
    ],
    [
      'a seed under which nothing comes',
      ['--rate', '0.1', '--arrivals', 'poisson', '--duration', '1s', '--seed', '1'],
      [],
    ],
    ['a rate beyond the bounds', ['--rate', '1000001'], []],
    ['users beyond the bounds', ['--users', '60001'], []],
    ['a stage beyond the bounds', ['--users', '5', '--stages', '1m:70000'], []],
    ['more than 35 days', ['--rate', '1', '--duration', '36d'], []],
    ['two loads', ['--rate', '5', '--users', '3'], []],
    ['a wait of arrivals', ['--rate', '5', '--wait', 'none'], []],
    ['a wait that is none', ['--wait', 'nap:1s'], []],
    ['stages and how long they last', ['--stages', '5s:5', '--duration', '3s'], []],
  ])('%s: exit code 2 and the same words', async (_, args, lines) => {
    trace(...lines);
    const here = (...flags: string[]) => mlbenchHere(workplace.folder, ...flags, '--json', ...args);
    const [loaded, simulated] = [await here('load', '--url', server.url), await here('simulate')];
    expectOneRefusal(loaded, simulated);
    if (lines.length > 0) expect(loaded.stderr).not.toContain('there is no file');
  });

  it('a load that is refused is refused so in processes of their own', async () => {
    const args = ['--rate', '5', '--users', '3'];
    const [loaded, simulated] = await Promise.all([load(...args), simulate(...args)]);
    expectOneRefusal(loaded, simulated);
    const here = await mlbenchHere(workplace.folder, 'load', '--url', server.url, '--json', ...args);
    expect(loaded).toEqual(here);
  });

  const expectOneRefusal = (loaded: Ended, simulated: Ended) => {
    expect(loaded.exitCode).toBe(2);
    expect(simulated.exitCode).toBe(2);
    expect(refusalIn(simulated.stderr)).toEqual(refusalIn(loaded.stderr));
    expect(refusalIn(loaded.stderr)).toHaveLength(2);
    expect(cameAtMs).toEqual([]);
  };

  it('names the fix for times without a zone', async () => {
    const file = trace('2025-01-01T00:00:00');
    expect(refusalIn((await load('--trace', file)).stderr)[1]).toMatch(/Z for UTC, or .*offset/);
  });

  it('a rate at which chance may send nothing sends something, for no seed was asked for', async () => {
    const args = ['--rate', '0.3', '--arrivals', 'poisson', '--duration', '1s'];
    expect((await simulate(...args)).exitCode).toBe(0);
    const { stdout, exitCode } = await load(...args);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).requests.sent).toBeGreaterThan(0);
  });
});

describe('a trace is sent to its last line', () => {
  it('if it has but one', async () => {
    const { stdout, exitCode } = await load('--trace', trace('0'));
    const { requests, latencyUs } = JSON.parse(stdout);
    expect(requests).toMatchObject({ intended: 1, sent: 1, succeeded: 1, dropped: 0 });
    expect(latencyUs.sendLag.count).toBe(1);
    expect(exitCode).toBe(0);
  });

  it('if the last instant is the busiest', async () => {
    const file = trace('0', '0.2', ...Array.from({ length: 2_000 }, () => '0.5'));
    const { stdout } = await load('--trace', file, '--workers', '2');
    const { requests, latencyUs, profile } = JSON.parse(stdout);
    expect(requests).toMatchObject({ intended: 2_002, sent: 2_002, dropped: 0 });
    expect(latencyUs.sendLag.count).toBe(2_002);
    expect(profile.durationMs).toBe(501);
    expect(cameAtMs).toHaveLength(2_002);
  });

  it('but for what lies beyond a duration', async () => {
    const { stdout } = await load('--trace', trace('0', '0.1', '0.3', '0.4'), '--duration', '300ms');
    const { requests, profile } = JSON.parse(stdout);
    expect(requests).toMatchObject({ intended: 2, sent: 2, dropped: 0 });
    expect(profile).toMatchObject({ arrivals: 2, durationMs: 300, cut: true });
  });
});
