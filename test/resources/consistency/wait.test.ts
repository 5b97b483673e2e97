import { describe, expect, it } from 'vitest';
import { retryUntilTargetKnown } from '../../../src/resources/consistency/passing-refusals.ts';
import {
  lookUntil,
  type WaitScope,
  waitLimits,
  waitOut,
  waitUntil,
} from '../../../src/resources/consistency/wait.ts';
import { awsTraits, standInTraits } from '../../../src/resources/sdk/cloud-traits.ts';
import { hastyClock } from '../scripted-cloud.ts';

function start(): { scope: WaitScope; told: string[] } {
  const told: string[] = [];
  const scope: WaitScope = {
    clock: hastyClock(),
    signal: new AbortController().signal,
    waiting: (state) => told.push(state),
  };
  return { scope, told };
}

const limits = { intervalMs: 1_000, timeoutMs: 10_000 };

/** Answers with each in turn, then with the last for good. */
function answering<Answer>(...answers: Answer[]): { look: () => Promise<Answer>; looks: () => number } {
  let looks = 0;
  return {
    look: async () => answers[Math.min(looks++, answers.length - 1)] as Answer,
    looks: () => looks,
  };
}

describe('a wait for a state', () => {
  it('ends with the answer, and tells each state before it', async () => {
    const { scope, told } = start();
    const { look } = answering<{ done: string } | { state: string }>(
      { state: 'Creating' },
      { state: 'Updating' },
      { done: 'there' },
    );
    expect(await waitUntil('it', look, scope, limits)).toBe('there');
    expect(told).toEqual(['Creating', 'Updating']);
  });

  it('fails with the state last seen when the time is up', async () => {
    const { scope } = start();
    const { look, looks } = answering({ state: 'Creating' });
    const waited = waitUntil('endpoint "e"', look, scope, { intervalMs: 10_000, timeoutMs: 120_000 });
    await expect(waited).rejects.toMatchObject({
      code: 'wait-timeout',
      message: 'endpoint "e" is still Creating after 2 minutes',
    });
    // An interval gets up to a quarter on top.
    expect(looks()).toBeGreaterThanOrEqual(10);
    expect(looks()).toBeLessThanOrEqual(13);
  });
});

describe('a refusal that passes', () => {
  const refusing = (times: number, refusal: Error) => {
    let calls = 0;
    return {
      calls: () => calls,
      call: async () => {
        calls += 1;
        if (calls <= times) throw refusal;
        return 'done';
      },
    };
  };
  const busy = new Error('busy');
  const passing = (refusal: unknown) => (refusal === busy ? 'waiting for it' : undefined);

  it('is waited out', async () => {
    const { scope, told } = start();
    expect(await waitOut(refusing(2, busy).call, passing, scope, limits)).toBe('done');
    expect(told).toEqual(['waiting for it', 'waiting for it']);
  });

  it('is thrown as it is when the time is up', async () => {
    const { scope } = start();
    await expect(waitOut(refusing(99, busy).call, passing, scope, limits)).rejects.toBe(busy);
    expect(scope.clock.monotonicMs()).toBeGreaterThanOrEqual(limits.timeoutMs);
  });

  it('is told from one that stays, which is thrown at once', async () => {
    const { scope, told } = start();
    const other = new Error('never');
    await expect(waitOut(refusing(1, other).call, passing, scope, limits)).rejects.toBe(other);
    expect(told).toEqual([]);
  });

  it('of a scalable target registered a moment ago is tried five times', async () => {
    const { scope } = start();
    const unknown = Object.assign(new Error('No scalable target'), { name: 'ObjectNotFoundException' });
    const { call, calls } = refusing(99, unknown);
    await expect(retryUntilTargetKnown(call, scope)).rejects.toBe(unknown);
    expect(calls()).toBe(5);
  });
});

describe('a look at what is shown late', () => {
  it('goes on every five seconds until it is as wanted', async () => {
    const { scope, told } = start();
    expect(await lookUntil(answering(1, 2, 3).look, (seen) => seen === 3, 60_000, scope, 'late')).toBe(3);
    expect(scope.clock.monotonicMs()).toBe(10_000);
    expect(told).toEqual(['late', 'late']);
  });

  it('ends with what was seen last when the time is up', async () => {
    const { scope } = start();
    const { look, looks } = answering('old');
    expect(await lookUntil(look, (seen) => seen !== 'old', 60_000, scope, 'late')).toBe('old');
    expect(looks()).toBe(13);
  });

  it('is one look where nothing is shown late', async () => {
    const { look, looks } = answering(false);
    expect(await lookUntil(look, Boolean, 0, start().scope, 'late')).toBe(false);
    expect(looks()).toBe(1);
  });
});

it('asks the stand-in often, and AWS seldom', () => {
  expect(waitLimits({ clients: { traits: standInTraits(1) } }, 60_000)).toEqual({
    intervalMs: 100,
    timeoutMs: 300_000,
  });
  expect(waitLimits({ clients: { traits: awsTraits } }, 60_000)).toEqual({
    intervalMs: 15_000,
    timeoutMs: 60_000,
  });
});
