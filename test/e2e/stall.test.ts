import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/core/clock.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { fine, startServer } from '../load/support/servers.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;

beforeAll(() => {
  workplace = new Workplace();
  const arrivals = Array.from({ length: 100 }, (_, index) => (index * 0.05).toFixed(2));
  writeFileSync(workplace.path('trace.csv'), arrivals.join('\n'));
});
afterAll(() => workplace.dispose());

/** A load of five seconds, whose process is stopped for some of them as by a Ctrl-Z. */
async function loadStopped(args: string[], stoppedMs: number) {
  const server = await startServer(fine);
  try {
    const { child, finished } = workplace.start('load', '--url', server.url, '--json', ...args);
    await eventually('some requests', () => server.requests > 5);
    if (stoppedMs > 0) {
      child.kill('SIGSTOP');
      await sleep(systemClock, stoppedMs);
      child.kill('SIGCONT');
    }
    const { stdout, exitCode } = await finished;
    return { result: JSON.parse(stdout) as RunResult, exitCode };
  } finally {
    await server.close();
  }
}

describe('a load whose process was stopped for two seconds', () => {
  it.concurrent.each([
    ['users who pause', ['--users', '5', '--wait', 'pacing:50ms', '--duration', '5s']],
    ['users who do not pause', ['--users', '2', '--wait', 'none', '--duration', '5s']],
    ['users in stages', ['--users', '5', '--stages', '5s:10', '--wait', 'constant:50ms']],
    ['arrivals at a rate', ['--rate', '50', '--duration', '5s']],
    ['arrivals in stages', ['--stages', '0s:50,5s:100']],
    ['arrivals of a trace', ['--trace', 'trace.csv']],
  ])('is INVALID and says for how long: %s', async (_, args) => {
    const { result, exitCode } = await loadStopped(args, 2_000);
    expect(exitCode).toBe(5);
    expect(result.validity.verdict).toBe('INVALID');
    const stall = result.validity.checks.find((check) => check.name === 'stall');
    expect(stall).toMatchObject({ severity: 'error', passed: false, limit: 1_000_000 });
    expect(stall!.observed).toBeGreaterThan(1_800_000);
    expect(stall!.observed).toBeLessThan(4_000_000);
  });

  it.concurrent('and one that was not is VALID', async () => {
    const args = ['--users', '5', '--wait', 'pacing:50ms', '--duration', '3s'];
    const { result, exitCode } = await loadStopped(args, 0);
    expect({ exitCode, verdict: result.validity.verdict }).toEqual({ exitCode: 0, verdict: 'VALID' });
    expect(result.validity.checks.find((check) => check.name === 'stall')?.passed).toBe(true);
  });
});
