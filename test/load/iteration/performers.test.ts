import { describe, expect, it } from 'vitest';
import type { Iterations } from '../../../src/load/executors/performer.ts';
import type { ExchangeDeps } from '../../../src/load/iteration/exchange-deps.ts';
import type { ConnectionOwner } from '../../../src/load/transport/connection.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { flowIterations } from '../support/flows.ts';
import { HandConnection, refusal, timeout } from '../support/hand-connection.ts';
import { exchangeDeps, requestIterations } from '../support/iterations.ts';

/** A performer of such iterations, and everything that its owner was told. */
async function world(iterationsOf: (deps: ExchangeDeps) => Iterations) {
  const clock = new ManualClock();
  const connections: HandConnection[] = [];
  const connect = (owner: ConnectionOwner) => {
    const connection = new HandConnection(owner);
    connections.push(connection);
    return connection;
  };
  const deps = exchangeDeps(clock, connect);
  const told: string[] = [];
  const performer = iterationsOf(deps).createPerformer({
    ended: (_, refused) => void told.push(refused ? 'ended, refused' : 'ended'),
  });
  const preparer = {
    prepared: () => void told.push('prepared'),
    unprepared: () => void told.push('unprepared'),
  };
  const now = () => clock.monotonicMs();
  return {
    ...{ clock, deps, performer, told, now },
    prepare: () => performer.prepare(preparer),
    begin: () => performer.begin({ intendedMs: now(), takenMs: now(), timed: true }, now(), null),
    /** Code runs only once whoever began it has finished. */
    settle: () => clock.advance(0),
    connection: () => connections[0]!,
  };
}

const kinds: [string, (deps: ExchangeDeps) => Iterations][] = [
  ['plain requests', requestIterations],
  ['flows of one request', (deps) => flowIterations(deps, [{ name: 'one', request: { path: '/' } }])],
  [
    'flows with code',
    (deps) =>
      flowIterations(deps, [{ name: 'code', run: async (user) => void (await user.request({ path: '/' })) }]),
  ],
  [
    'flows of one request beside flows with code',
    (deps) =>
      flowIterations(deps, [
        { name: 'one', request: { path: '/' }, weight: 1e9 },
        { name: 'code', run: async (user) => void (await user.request({ path: '/' })) },
      ]),
  ],
];

describe.each(kinds)('a performer of %s', (_, iterationsOf) => {
  it('becomes ready, but not before it is asked', async () => {
    const { performer, prepare, told, settle, connection } = await world(iterationsOf);
    const needsNone = performer.ready;
    prepare();
    expect(told).toEqual([]);
    if (!needsNone) connection().connects(1);
    await settle();
    expect(told).toEqual(['prepared']);
    expect(performer.ready).toBe(true);
  });

  it('begins without having been prepared, and ends with its request', async () => {
    const { begin, told, settle, connection, deps, now } = await world(iterationsOf);
    begin();
    await settle();
    connection().connects(1);
    expect(told).toEqual([]);
    connection().answers(2);
    await settle();
    expect(told).toEqual(['ended']);
    begin();
    await settle();
    connection().answers(3);
    await settle();
    expect(told).toEqual(['ended', 'ended']);
    expect(deps.recorder.take(now()).counts).toMatchObject({ sent: 2, succeeded: 2 });
  });

  it('halted before it could send, drops its request and ends', async () => {
    const { begin, performer, told, settle, connection, deps, now } = await world(iterationsOf);
    begin();
    await settle();
    performer.halt(now());
    await settle();
    expect(told).toEqual(['ended']);
    expect(connection().state).toBe('closed');
    expect(deps.recorder.take(now()).counts).toMatchObject({ sent: 0, dropped: 1 });
  });

  it('halted while its request is in flight, waits for the answer', async () => {
    const { begin, performer, told, settle, connection, deps, now } = await world(iterationsOf);
    begin();
    await settle();
    connection().connects(1);
    performer.halt(now());
    expect(told).toEqual([]);
    connection().answers(5);
    await settle();
    expect(told).toEqual(['ended']);
    expect(deps.recorder.take(now()).counts).toMatchObject({ sent: 1, succeeded: 1, dropped: 0 });
  });

  it('abandoned says no more', async () => {
    const { begin, performer, told, settle, connection, deps, clock, now } = await world(iterationsOf);
    begin();
    await settle();
    connection().connects(1);
    performer.abandon(now());
    await clock.advance(10_000);
    expect(told).toEqual([]);
    expect(connection().state).toBe('closed');
    expect(deps.recorder.inFlight).toBe(1);
  });
});

describe.each(kinds.filter(([name]) => name !== 'flows with code'))(
  'a performer of %s that is refused',
  (_, iterationsOf) => {
    it('says so, unless an answer had begun', async () => {
      const { begin, told, connection } = await world(iterationsOf);
      begin();
      connection().fails(1, refusal);
      begin();
      connection().connects(2);
      connection().fails(3, timeout, true);
      expect(told).toEqual(['ended, refused', 'ended']);
    });
  },
);

describe.each(kinds.slice(0, 2))('a performer of %s', (name, iterationsOf) => {
  it('that cannot be made ready names what it could not send', async () => {
    const clock = new ManualClock();
    let connection!: HandConnection;
    const deps = exchangeDeps(clock, (owner) => {
      connection = new HandConnection(owner);
      return connection;
    });
    const performer = iterationsOf(deps).createPerformer({ ended() {} });
    const failures: unknown[] = [];
    performer.prepare({ prepared() {}, unprepared: (_, failure) => failures.push(failure) });
    connection.fails(1, refusal);
    const named = name === 'plain requests' ? {} : { name: 'one', method: 'GET' };
    expect(failures).toEqual([{ ...refusal, ...named }]);
  });

  it('is not ready any more once the server has closed its connection', async () => {
    const { performer, prepare, connection } = await world(iterationsOf);
    prepare();
    connection().connects(1);
    expect(performer.ready).toBe(true);
    connection().state = 'closed';
    expect(performer.ready).toBe(false);
  });
});
