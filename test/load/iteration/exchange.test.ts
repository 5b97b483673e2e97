import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exchange } from '../../../src/load/iteration/exchange.ts';
import type { ExchangeDeps } from '../../../src/load/iteration/exchange-deps.ts';
import { RequestBudget } from '../../../src/load/iteration/request-budget.ts';
import type { RequestForm } from '../../../src/load/iteration/request-form.ts';
import type { RequestFailure } from '../../../src/load/transport/exchange/failure.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { HandConnection, refusal, timeout, unavailable } from '../support/hand-connection.ts';
import { exchangeDeps } from '../support/iterations.ts';

/** One exchange, and everything that its owner was told. */
function world(changes: Partial<ExchangeDeps> = {}, named: Partial<RequestForm> = {}) {
  const clock = new ManualClock();
  let connection!: HandConnection;
  const told: string[] = [];
  const connect = (owner: Exchange) => {
    connection = new HandConnection(owner);
    return connection;
  };
  const deps = exchangeDeps(clock, connect as ExchangeDeps['connect'], changes);
  const exchange = new Exchange(deps);
  const form: RequestForm = {
    name: null,
    method: 'GET',
    expect: undefined,
    bytesAt: (_, payload) => Buffer.from(payload ?? 'next'),
    ...named,
  };
  const requester = {
    ended: (_: Exchange, atMs: number, failure: RequestFailure | null, refused: boolean) => {
      told.push(`ended at ${atMs}: ${failure?.message ?? 'well'}${refused ? ', refused' : ''}`);
    },
  };
  const preparer = {
    prepared: (atMs: number) => void told.push(`prepared at ${atMs}`),
    unprepared: (atMs: number, failure: RequestFailure) => {
      told.push(`unprepared at ${atMs}: ${failure.message}`);
    },
  };
  const now = () => clock.monotonicMs();
  const start = (intendedMs = now()) => ({ intendedMs, takenMs: now(), timed: true });
  return {
    ...{ clock, connection, deps, exchange, told, now },
    prepare: () => exchange.prepare(preparer),
    begin: (payload: string | null = null) => exchange.begin(form, start(), now(), payload, requester),
    beginGently: () => exchange.beginGently(form, start(), now(), requester),
    counts: () => deps.recorder.take(now()).counts,
  };
}

type Exchanging = ReturnType<typeof world>;

const none = { sent: 0, succeeded: 0, failed: 0, dropped: 0 };

describe('an exchange', () => {
  it.each<[string, (exchanging: Exchanging) => unknown, string[], Partial<typeof none>]>([
    [
      'opens its connection first, if it has to, and then sends',
      ({ begin, connection }) => {
        begin('17');
        expect(connection.sent).toEqual([]);
        connection.connects(5);
        expect(connection.sent).toEqual(['17']);
        connection.answers(9);
      },
      ['ended at 9: well'],
      { sent: 1, succeeded: 1 },
    ],
    [
      'sends at once on a connection that is idle',
      ({ begin, connection, prepare }) => {
        prepare();
        connection.connects(5);
        begin();
        expect(connection.sent).toEqual(['next']);
      },
      ['prepared at 5'],
      { sent: 1 },
    ],
    [
      'that cannot be prepared counts nothing: nobody has asked for anything',
      ({ prepare, connection }) => {
        prepare();
        connection.fails(5, refusal);
      },
      ['unprepared at 5: refused'],
      {},
    ],
    [
      'whose connection is refused has failed unsent',
      ({ begin, connection }) => {
        begin();
        connection.fails(5, refusal);
      },
      ['ended at 5: refused, refused'],
      { sent: 1, failed: 1 },
    ],
    [
      'that breaks before an answer was refused, and within one was not',
      ({ begin, connection }) => {
        begin();
        connection.connects(1);
        connection.fails(5, timeout);
        begin();
        connection.connects(6);
        connection.fails(7, timeout, true);
      },
      ['ended at 5: no answer, refused', 'ended at 7: no answer'],
      { sent: 2, failed: 2 },
    ],
    [
      'goes by what the answer says',
      ({ begin, connection }) => {
        begin();
        connection.connects(1);
        connection.answers(4, unavailable);
      },
      ['ended at 4: unavailable'],
      { sent: 1, failed: 1 },
    ],
    [
      'drops what waits for its connection, and closes that',
      ({ begin, connection, exchange }) => {
        begin();
        exchange.drop(3);
        expect(connection.state).toBe('closed');
      },
      ['ended at 3: the run has ended'],
      { dropped: 1 },
    ],
    [
      'drops nothing that is in flight',
      ({ begin, connection, exchange }) => {
        begin();
        connection.connects(1);
        exchange.drop(3);
        connection.answers(8);
      },
      ['ended at 8: well'],
      { sent: 1, succeeded: 1 },
    ],
    [
      'abandoned tells nobody, and leaves in flight what was',
      ({ begin, connection, exchange, deps }) => {
        begin();
        connection.connects(1);
        exchange.abandon(3);
        expect(deps.recorder.inFlight).toBe(1);
        expect(connection.state).toBe('closed');
      },
      [],
      { sent: 1 },
    ],
  ])('%s', (_, act, told, counts) => {
    const exchanging = world();
    act(exchanging);
    expect(exchanging.told).toEqual(told);
    expect(exchanging.counts()).toEqual({ ...none, ...counts });
    expect(exchanging.deps.budget.unsent).toBe(0);
  });

  it('leaves a service that refuses alone for longer and longer, if it is gentle', async () => {
    const { beginGently, connection, clock, told, now } = world();
    const triedAtMs: number[] = [];
    for (let tried = 0; tried < 6; tried++) {
      beginGently();
      while (connection.state !== 'opening') await clock.advance(1);
      triedAtMs.push(now());
      connection.fails(now(), refusal);
    }
    expect(triedAtMs).toEqual([0, 100, 300, 700, 1_500, 2_500]);
    expect(told).toHaveLength(6);
  });

  it.each<['drop' | 'abandon', number]>([
    ['drop', 2],
    ['abandon', 1],
  ])('backing off, never tries again after %s', async (way, toldTimes) => {
    const { beginGently, connection, clock, exchange, told, counts, deps, now } = world();
    beginGently();
    connection.fails(0, refusal);
    beginGently();
    exchange[way](now());
    await clock.advance(1_000);
    expect(connection.state).toBe('closed');
    expect(told).toHaveLength(toldTimes);
    expect(deps.budget.unsent).toBe(0);
    expect(counts()).toEqual({ sent: 1, succeeded: 0, failed: 1, dropped: 1 });
  });

  it('counts a gentle request from when it could begin', async () => {
    const { beginGently, connection, clock, deps, now } = world();
    beginGently();
    connection.fails(0, refusal);
    beginGently();
    await clock.advance(150);
    connection.connects(now());
    connection.answers(now());
    expect(deps.recorder.take(now()).latency.response).toMatchObject({ count: 1, max: 50_000 });
  });

  it('does not send on a connection that opens when sending is over', () => {
    const { begin, connection, exchange, counts } = world({ closesAtMs: 10 });
    begin();
    connection.connects(10);
    expect(connection.sent).toEqual([]);
    exchange.drop(11);
    expect(counts()).toEqual({ ...none, dropped: 1 });
  });

  it('tells once that the last request is out, not while one waits for its connection', () => {
    let spent = 0;
    const { begin, connection } = world({ budget: new RequestBudget(2, () => spent++) });
    begin();
    connection.connects(1);
    connection.answers(2, null, false);
    begin();
    expect(spent).toBe(0);
    connection.connects(3);
    expect(spent).toBe(1);
    connection.fails(4, timeout);
    expect(spent).toBe(1);
  });

  it('judges by its form’s expectation, under its form’s name', () => {
    const expects = { status: [404], check: () => 'not it' };
    const { begin, connection, deps, now } = world({}, { name: 'look', expect: expects });
    begin();
    connection.connects(1);
    connection.status = 404;
    connection.bodyBytes = 12;
    connection.answers(2, { kind: 'http', status: 404, message: 'HTTP 404' });
    expect(deps.recorder.take(now()).errors).toMatchObject([
      { name: 'look', method: 'GET', status: 404, message: 'check failed: not it' },
    ]);
    expect(deps.named.take()).toMatchObject([{ name: 'look', succeeded: 0, failed: 1, bodyBytes: 12 }]);
  });

  it('keeps its books whatever happens in whatever order', async () => {
    const steps = [
      ...(['prepare', 'begin', 'beginGently', 'connects', 'refuses', 'answers', 'says503'] as const),
      ...(['breaks', 'closes', 'drop', 'abandon', 'waits'] as const),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 60 }), async (order) => {
        const exchanging = world({}, { name: 'it' });
        const { clock, connection, deps, exchange, told, now, begin, beginGently, prepare } = exchanging;
        let begun = 0;
        let abandoned = 0;
        let inFlight = 0;
        const beginBy = (how: () => void) => {
          if (exchange.busy) return;
          begun++;
          how();
        };
        const perform: Record<(typeof steps)[number], () => unknown> = {
          prepare: () => exchange.busy || connection.idle || prepare(),
          begin: () => beginBy(begin),
          beginGently: () => beginBy(beginGently),
          connects: () => connection.state === 'opening' && connection.connects(now()),
          refuses: () => connection.state === 'opening' && connection.fails(now(), refusal),
          answers: () => connection.state === 'busy' && connection.answers(now()),
          says503: () => connection.state === 'busy' && connection.answers(now(), unavailable, false),
          breaks: () => connection.state === 'busy' && connection.fails(now(), timeout, true),
          closes: () => connection.state === 'idle' && connection.destroy(),
          drop: () => exchange.drop(now()),
          abandon: () => {
            const ended = told.filter((line) => line.startsWith('ended')).length;
            if (connection.state === 'busy') inFlight++;
            abandoned += begun - ended - abandoned;
            exchange.abandon(now());
          },
          waits: () => clock.advance(70),
        };
        for (const step of order) {
          await perform[step]();
          await clock.advance(1);
        }
        perform.abandon();
        await clock.advance(2_000);
        const { counts, inFlightMs, residenceMs } = deps.recorder.take(now());
        const ended = told.filter((line) => line.startsWith('ended')).length;
        expect(begun).toBe(ended + abandoned);
        expect(counts.sent + counts.dropped).toBe(begun);
        expect(counts.sent).toBe(counts.succeeded + counts.failed + inFlight);
        expect(deps.recorder.inFlight).toBe(inFlight);
        expect(deps.budget).toMatchObject({ unsent: 0 });
        const [name = { succeeded: 0, failed: 0 }] = deps.named.take();
        expect(name).toMatchObject({ succeeded: counts.succeeded, failed: counts.failed });
        // Those given up stay in flight for good, and their time goes on.
        if (inFlight === 0) expect(inFlightMs).toBeCloseTo(residenceMs, 6);
        else expect(inFlightMs).toBeGreaterThanOrEqual(residenceMs - 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});
