import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressBook } from '../../../src/load/transport/exchange/address-book.ts';
import {
  createTimerWheel,
  noDeadline,
  type Timed,
} from '../../../src/load/transport/exchange/timer-wheel.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function timed(deadlineMs: number, expired: (nowMs: number) => void): Timed {
  return { deadlineMs, watched: false, expired };
}

describe('the timer wheel', () => {
  it('expires everything at its deadline or up to a tick later, never before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (deadlines, tickMs) => {
          const clock = new ManualClock(1_000);
          const wheel = createTimerWheel(clock, tickMs);
          const late: number[] = [];
          for (const deadlineMs of deadlines) {
            wheel.watch(timed(deadlineMs, (nowMs) => late.push(nowMs - deadlineMs)));
          }
          await clock.advance(20_000 + 2 * tickMs);
          expect(late.length).toBe(deadlines.length);
          expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...late)).toBeLessThanOrEqual(tickMs);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('follows a deadline that moves, without being told', async () => {
    const clock = new ManualClock();
    const wheel = createTimerWheel(clock, 10);
    const expired: number[] = [];
    const one = timed(100, (nowMs) => expired.push(nowMs));
    wheel.watch(one);
    await clock.advance(90);
    one.deadlineMs = 250;
    await clock.advance(155);
    expect(expired).toEqual([]);
    await clock.advance(20);
    expect(expired).toEqual([250]);
    expect(one.watched).toBe(false);
  });

  it('forgets what awaits nothing', async () => {
    const clock = new ManualClock();
    const wheel = createTimerWheel(clock, 10);
    const one = timed(50, () => expect.unreachable());
    wheel.watch(one);
    one.deadlineMs = noDeadline;
    await clock.advance(1_000);
    expect(one.watched).toBe(false);
  });
});

describe('the address book', () => {
  it('hands a host’s addresses out in turn and looks again after 30 s', async () => {
    const clock = new ManualClock();
    const answers = [['10.0.0.1', '10.0.0.2'], ['10.0.0.3']];
    let lookups = 0;
    const book = createAddressBook(
      'service.example',
      async () => answers[lookups++]!.map((address) => ({ address, family: 4 })),
      () => clock.monotonicMs(),
    );
    expect([await book.next(), await book.next(), await book.next()]).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.1',
    ]);
    await clock.advance(30_000);
    expect(book.next()).toBe('10.0.0.2');
    await clock.advance(0);
    expect(book.next()).toBe('10.0.0.3');
    expect(lookups).toBe(2);
  });

  it('passes over an address where nothing answers, until there is no other', async () => {
    const book = createAddressBook(
      'localhost',
      async () => [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ],
      () => 0,
    );
    expect(await book.next()).toBe('::1');
    expect(book.reject('::1')).toBe(true);
    expect([book.next(), book.next()]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(book.reject('127.0.0.1')).toBe(false);
    expect(new Set([book.next(), book.next()])).toEqual(new Set(['::1', '127.0.0.1']));
  });

  it('goes on with what it knows when the name server fails', async () => {
    const clock = new ManualClock();
    let fails = false;
    const book = createAddressBook(
      'service.example',
      async () => {
        if (fails) throw new Error('no name server');
        return [{ address: '10.0.0.1', family: 4 }];
      },
      () => clock.monotonicMs(),
    );
    await book.next();
    fails = true;
    await clock.advance(31_000);
    expect(book.next()).toBe('10.0.0.1');
    await clock.advance(31_000);
    expect(book.next()).toBe('10.0.0.1');
  });

  it('passes a first failure on, and looks nothing up for an address', async () => {
    const fail = () => Promise.reject(new Error('ENOTFOUND'));
    await expect(createAddressBook('nowhere.example', fail, () => 0).next()).rejects.toThrow('ENOTFOUND');
    expect(createAddressBook('::1', fail, () => 0).next()).toBe('::1');
  });
});
