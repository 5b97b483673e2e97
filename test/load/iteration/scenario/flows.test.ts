import { describe, expect, it } from 'vitest';
import type { Flow, ScenarioRequest, ScenarioUser } from '../../../../src/load/iteration/define-scenario.ts';
import type { ExchangeDeps } from '../../../../src/load/iteration/exchange-deps.ts';
import { RequestBudget } from '../../../../src/load/iteration/request-budget.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { flowIterations } from '../../support/flows.ts';
import { exchangeDeps } from '../../support/iterations.ts';
import { connectTo, type VirtualServer } from '../../support/virtual-server.ts';

/** One user of these flows, who begins the next as soon as one has ended, until told to stop. */
function world(
  flows: readonly Flow[],
  server: Partial<VirtualServer> = {},
  changes: Partial<ExchangeDeps> = {},
) {
  const clock = new ManualClock();
  const { connect, log } = connectTo({ answerMs: () => 10, ...server }, clock);
  const deps = exchangeDeps(clock, connect, changes);
  const iterations = flowIterations(deps, flows);
  const ends: { atMs: number; refused: boolean }[] = [];
  let going = true;
  const begin = () => {
    const nowMs = clock.monotonicMs();
    performer.begin({ intendedMs: nowMs, takenMs: nowMs, timed: false }, nowMs, null);
  };
  const performer = iterations.createPerformer({
    ended: (atMs, refused) => {
      ends.push({ atMs, refused });
      if (going && !refused) begin();
    },
  });
  return {
    ...{ clock, log, deps, iterations, performer, ends, begin },
    stop: () => {
      going = false;
    },
    take: () => ({ ...iterations.take(clock.monotonicMs()), ...deps.recorder.take(clock.monotonicMs()) }),
  };
}

const namesOf = (texts: string[]) => texts.map((text) => text.split(' ')[1]);

describe('a user of flows', () => {
  it('does those of one request and those with code by their weights, on one connection', async () => {
    const flows: Flow[] = [
      { name: 'one', weight: 3, request: { path: '/one' } },
      { name: 'code', weight: 1, run: async (user) => void (await user.request({ path: '/code' })) },
    ];
    const { clock, log, begin, take } = world(flows);
    begin();
    await clock.advance(10_000);
    const paths = namesOf(log.payloads);
    const ones = paths.filter((path) => path === '/one').length;
    expect(paths.length).toBeGreaterThan(990);
    expect(ones / paths.length).toBeGreaterThan(0.68);
    expect(ones / paths.length).toBeLessThan(0.82);
    expect(log.attemptsAtMs).toHaveLength(1);
    const { named, flows: counts, counts: requests } = take();
    expect(Object.fromEntries(named.map(({ name, succeeded }) => [name, succeeded]))).toEqual({
      one: requests.succeeded - (paths.length - ones) + (paths.at(-1) === '/code' ? 1 : 0),
      code: paths.length - ones - (paths.at(-1) === '/code' ? 1 : 0),
    });
    expect(counts).toEqual({ started: paths.length, dropped: 0 });
  });

  it('sends a declared request’s bytes made once, a function’s each time', async () => {
    let made = 0;
    const body = { toJSON: () => ++made };
    const declared = world([{ name: 'declared', request: { body } }]);
    declared.begin();
    await declared.clock.advance(100);
    expect(declared.log.payloads.map((text) => text.split('\r\n\r\n')[1])).toEqual(Array(11).fill('1'));
    const asked = world([{ name: 'asked', request: () => ({ body }) }]);
    asked.begin();
    await asked.clock.advance(20);
    expect(asked.log.payloads.map((text) => text.split('\r\n\r\n')[1])).toEqual(['2', '3', '4']);
  });

  it('counts what a declared request’s own check throws, and goes on', async () => {
    const check = () => {
      throw new TypeError('no such member');
    };
    const { clock, begin, take, log } = world([{ name: 'one', request: { path: '/', expect: { check } } }]);
    begin();
    await clock.advance(25);
    expect(log.sentAtMs).toEqual([0, 10, 20]);
    const { exceptions, errors } = take();
    expect(exceptions).toMatchObject([{ message: 'TypeError: no such member', count: 2 }]);
    expect(errors).toMatchObject([
      { kind: 'client', status: 200, message: 'the check threw', name: 'one', count: 2 },
      { kind: 'client', status: 0, message: 'TypeError: no such member', name: 'one', count: 2 },
    ]);
  });

  it('fails each time at a declared request that cannot be sent, and is refused', async () => {
    const { begin, ends, take, clock } = world([{ name: 'bad', request: { path: 'no slash' } }]);
    begin();
    await clock.advance(1);
    expect(ends).toEqual([{ atMs: 0, refused: true }]);
    expect(take().exceptions).toMatchObject([{ message: expect.stringMatching(/no slash.*begin it with/) }]);
  });

  it('is told no more once its flow is over', async () => {
    const seen: string[] = [];
    let left!: ScenarioUser;
    const flow: Flow = {
      name: 'leaves',
      run: (user) => {
        left = user;
        void user.request({ path: '/unawaited' }).then(() => seen.push('answered'));
      },
    };
    const { begin, clock, stop, ends } = world([flow]);
    stop();
    begin();
    await clock.advance(20);
    expect(ends).toEqual([{ atMs: 10, refused: false }]);
    expect(seen).toEqual(['answered']);
    void left.request({ path: '/late' }).then(() => seen.push('late'));
    void left.pause(1).then(() => seen.push('paused'));
    await clock.advance(100);
    expect(seen).toEqual(['answered']);
  });

  it('has at most 32 requests and pauses at a time', async () => {
    const outcomes: string[] = [];
    const request: ScenarioRequest = { path: '/' };
    const flow: Flow = {
      name: 'many',
      run: async (user) => {
        const asked = Array.from({ length: 33 }, () => user.request(request));
        const all = await Promise.allSettled(asked);
        outcomes.push(...all.map(({ status }) => status));
      },
    };
    const { begin, clock, stop, log } = world([flow]);
    stop();
    begin();
    await clock.advance(50);
    expect(outcomes).toEqual([...Array(32).fill('fulfilled'), 'rejected']);
    expect(log.mostOpen).toBe(32);
  });

  it('leaves its flow where it stands once the last request is out, and when halted ends it', async () => {
    let spent = 0;
    const budget = new RequestBudget(1, () => spent++);
    const reached: string[] = [];
    const flow: Flow = {
      name: 'two',
      run: async (user) => {
        await user.request({ path: '/1' });
        reached.push('second');
        await user.request({ path: '/2' });
        reached.push('end');
      },
    };
    const { begin, clock, performer, ends, log, stop } = world([flow], {}, { budget });
    stop();
    begin();
    await clock.advance(50);
    expect(log.sentAtMs).toHaveLength(1);
    expect(spent).toBe(1);
    expect(reached).toEqual(['second']);
    expect(ends).toEqual([]);
    performer.halt(50);
    await clock.advance(10);
    expect(ends).toEqual([{ atMs: 50, refused: false }]);
    expect(reached).toEqual(['second']);
  });
});
