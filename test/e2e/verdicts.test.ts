import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { type KnownServer, response, startServer } from '../load/support/servers.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;
let server: KnownServer;

beforeAll(async () => {
  workplace = new Workplace();
  // Every fifth answer is an error.
  server = await startServer((socket, index) =>
    socket.write(index % 5 === 0 ? response(503, 'busy') : response(200, '{}')),
  );
});
afterAll(async () => {
  await server.close();
  await workplace.dispose();
});

const load = (...flags: string[]) =>
  workplace.mlbench(
    ...[
      'load',
      '--url',
      `${server.url}/`,
      '--users',
      '5',
      '--ramp',
      '0s',
      '--wait',
      'pacing:20ms',
      '--requests',
      '700',
      ...flags,
    ],
  );

async function expectVerdicts(
  measurement: string,
  service: string,
  exitCode: number,
  flags: readonly string[],
) {
  const finished = await load(...flags, '--json');
  const result = JSON.parse(finished.stdout) as RunResult;
  expect([result.validity.verdict, result.expectations?.verdict]).toEqual([measurement, service]);
  expect(finished.exitCode).toBe(exitCode);
}

/** No timer is so exact. */
const unbelievable = ['--max-send-lag', '0.001ms'];

describe('a load answers two questions: can it be believed, and did the service do what was expected', () => {
  it.each([
    ['VALID', 'MET', 0, ['--expect', 'errors<50%', '--expect', 'p99<60s']],
    ['VALID', 'MISSED', 4, ['--expect', 'errors<1%', '--expect', 'p99<60s']],
    ['VALID', 'NONE', 0, []],
  ] as const)('%s and %s: exit code %d', expectVerdicts);

  // Side by side, for what is not believed may be disturbed.
  it.concurrent.each([
    ['INVALID', 'MET', 5, [...unbelievable, '--expect', 'errors<50%']],
    ['INVALID', 'MISSED', 5, [...unbelievable, '--expect', 'errors<1%']],
    ['INVALID', 'NONE', 5, unbelievable],
    // Of 560 answers nobody can say that one in ten thousand was not late.
    ['INVALID', 'NONE', 5, ['--expect', 'p99.99<60s']],
  ] as const)('%s and %s: exit code %d', expectVerdicts);

  it('says beside its failures that nobody expected anything', async () => {
    const { stdout, exitCode } = await load();
    expect(stdout).toMatch(/^VALID {2}the measurement can be believed$/m);
    expect(stdout).toMatch(/^NOT JUDGED {2}20% of the requests failed/m);
    expect(exitCode).toBe(0);
  });
});
