import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAdmission, type Ticket } from '../../docker/src/admission.ts';

fc.configureGlobal({ seed: 20_261_122 });

describe('admission', () => {
  test('runs as many at a time as it may, the others in the order they asked', async () => {
    const admission = createAdmission({ concurrency: 2, queue: 2, maxBufferedBytes: 100 });
    const started: string[] = [];
    const enter = (name: string) => {
      const ticket = admission.enter(0);
      ticket.turn().then(() => started.push(name));
      return ticket;
    };
    const first = enter('first');
    const second = enter('second');
    enter('third');
    enter('fourth');
    await settled();
    expect(started).toEqual(['first', 'second']);
    second.leave();
    await settled();
    first.leave();
    await settled();
    expect(started).toEqual(['first', 'second', 'third', 'fourth']);
  });

  test('refuses what neither runs nor fits the queue', () => {
    const admission = createAdmission({ concurrency: 1, queue: 0, maxBufferedBytes: 100 });
    const ticket = admission.enter(0);
    expect(() => admission.enter(0)).toThrow(/^overloaded: 1 requests/);
    ticket.leave();
    expect(admission.enter(0)).toBeDefined();
  });

  test('refuses bodies that together take too much memory, announced or growing', () => {
    const admission = createAdmission({ concurrency: 9, queue: 9, maxBufferedBytes: 100 });
    const ticket = admission.enter(60);
    expect(() => admission.enter(60)).toThrow(/60 bytes of request bodies/);
    expect(() => ticket.grow(41)).toThrow(/overloaded/);
    ticket.leave();
    expect(admission.enter(100)).toBeDefined();
    expect(admission.inFlight).toBe(1);
  });

  test('gives on the turn of a caller that went away while waiting', async () => {
    const admission = createAdmission({ concurrency: 1, queue: 2, maxBufferedBytes: 100 });
    const running = admission.enter(0);
    await running.turn();
    const gone = admission.enter(0);
    void gone.turn();
    gone.leave();
    const next = admission.enter(0);
    let hasTurn = false;
    void next.turn().then(() => {
      hasTurn = true;
    });
    running.leave();
    await settled();
    expect(hasTurn).toBe(true);
  });

  test('never runs more than it may and forgets nobody, whatever the order of things', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 60 }), async (steps) => {
        const admission = createAdmission({ concurrency: 2, queue: 3, maxBufferedBytes: 1_000 });
        const tickets: { ticket: Ticket; isRunning: boolean }[] = [];
        for (const step of steps) {
          if (step < 3 && admission.inFlight < 5) {
            const entry = { ticket: admission.enter(1), isRunning: false };
            void entry.ticket.turn().then(() => {
              entry.isRunning = true;
            });
            tickets.push(entry);
          } else {
            tickets.splice(step % Math.max(1, tickets.length), 1)[0]?.ticket.leave();
          }
          await settled();
          expect(tickets.filter((entry) => entry.isRunning).length).toBe(Math.min(2, tickets.length));
        }
        expect(admission.inFlight).toBe(tickets.length);
      }),
      { numRuns: 50 },
    );
  });
});

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
