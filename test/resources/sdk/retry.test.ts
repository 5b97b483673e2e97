import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { classifyFault, withRetries } from '../../../src/resources/sdk/retry.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function named(name: string, fields: object = {}): Error {
  return Object.assign(new Error(name), { name, ...fields });
}

function setUp(attempts = 5) {
  const clock = new ManualClock();
  const abort = new AbortController();
  const policy = { clock, random: createRandom(1), signal: abort.signal, attempts };
  return { clock, abort, policy };
}

describe('what a second try may mend', () => {
  it.each([
    ['throttled', named('ThrottlingException', { $metadata: { httpStatusCode: 400 } })],
    ['throttled', named('SlowDown', { $metadata: { httpStatusCode: 503 } })],
    ['throttled', named('Whatever', { $metadata: { httpStatusCode: 429 } })],
    ['transient', named('InternalFailure', { $metadata: { httpStatusCode: 500 } })],
    ['transient', named('Unknown', { $metadata: { httpStatusCode: 503 } })],
    ['transient', named('Error', { code: 'ECONNRESET' })],
    ['final', named('Error', { code: 'ECONNREFUSED' })],
    ['final', named('ValidationException', { $metadata: { httpStatusCode: 400 } })],
    ['final', named('AccessDeniedException', { $metadata: { httpStatusCode: 403 } })],
    ['final', 'not even an error'],
  ])('%s: %s', (fault, error) => {
    expect(classifyFault(error)).toBe(fault);
  });
});

describe('retries', () => {
  it('end with the first success', async () => {
    const { clock, policy } = setUp();
    let calls = 0;
    const result = withRetries(
      async () => {
        if (++calls < 3) throw new Error('again');
        return calls;
      },
      () => 'transient',
      policy,
    );
    await clock.advance(60_000);
    expect(await result).toBe(3);
  });

  it('are bounded, and pass the last error on', async () => {
    const { clock, policy } = setUp(4);
    let calls = 0;
    const result = withRetries(
      () => Promise.reject(new Error(`failure ${++calls}`)),
      () => 'throttled',
      policy,
    );
    const outcome = expect(result).rejects.toThrow('failure 4');
    await clock.advance(120_000);
    await outcome;
    expect(calls).toBe(4);
  });

  it('are not made of a final failure', async () => {
    const { policy } = setUp();
    let calls = 0;
    await expect(
      withRetries(
        () => Promise.reject(new Error(String(++calls))),
        () => 'final',
        policy,
      ),
    ).rejects.toThrow('1');
  });

  it('wait longer each time at most, spread by jitter', async () => {
    const { clock, policy } = setUp();
    const at: number[] = [];
    const result = withRetries(
      () => {
        at.push(clock.nowMs());
        return Promise.reject(new Error('no'));
      },
      () => 'throttled',
      policy,
    ).catch(() => {});
    await clock.advance(120_000);
    await result;
    const waits = at.slice(1).map((ms, index) => ms - at[index]!);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(1_000 * 2 ** index);
    expect(new Set(waits).size).toBe(waits.length);
  });

  it('stop waiting when interrupted', async () => {
    const { clock, abort, policy } = setUp();
    const reason = new Error('interrupted');
    const result = withRetries(
      () => Promise.reject(new Error('no')),
      () => 'transient',
      policy,
    );
    const outcome = expect(result).rejects.toBe(reason);
    await clock.advance(0);
    abort.abort(reason);
    await outcome;
  });
});
