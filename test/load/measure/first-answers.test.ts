import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FirstAnswers, type NothingThere } from '../../../src/load/measure/first-answers.ts';
import type { RequestFailure } from '../../../src/load/transport/exchange/failure.ts';

const absent = (said: string): RequestFailure => ({
  kind: 'http',
  status: 404,
  message: 'HTTP #',
  absent: said,
});
const failed = (kind: RequestFailure['kind']): RequestFailure => ({ kind, status: 0, message: kind });

function listenTo(enough: number, ends: (RequestFailure | null)[]) {
  const told: NothingThere[] = [];
  const first = new FirstAnswers(enough, (nothing) => told.push(nothing));
  for (const end of ends) first.heard(end);
  return { first, told };
}

describe('a worker’s first answers', () => {
  it('that say that there is nothing to load are told once there are enough of them, in the words of the first', () => {
    const { first, told } = listenTo(3, ['a', 'b', 'c', 'd'].map(absent));
    expect(told).toEqual([{ answers: 3, said: 'a' }]);
    expect(first.nothing()).toEqual({ answers: 4, said: 'a' });
  });

  it.each([
    ['a success', null],
    ['overload', failed('throttled')],
    ['a fault of the model', failed('model')],
    ['any other refusal', failed('http')],
    ['bytes that are no answer', failed('protocol')],
    ['a connection that is taken and closed', failed('connection')],
  ])('say that there is something as soon as one is %s', (_, end) => {
    const { first, told } = listenTo(2, [absent('a'), end, absent('b'), absent('c')]);
    expect([told, first.nothing()]).toEqual([[], null]);
  });

  it('are answers: a time-out is none, and neither is a fault of this machine', () => {
    const { first } = listenTo(9, [failed('timeout'), absent('a'), failed('client'), failed('timeout')]);
    expect(first.nothing()).toEqual({ answers: 1, said: 'a' });
  });

  it('never tell of absence once anything answered', () => {
    const end = fc.constantFrom(null, absent('x'), failed('http'), failed('timeout'));
    fc.assert(
      fc.property(fc.array(end), fc.integer({ min: 1, max: 5 }), (ends, enough) => {
        const { first, told } = listenTo(enough, ends);
        const other = ends.findIndex(
          (one) => one === null || (one.kind === 'http' && one.absent === undefined),
        );
        const before = (other < 0 ? ends : ends.slice(0, other)).filter(
          (one) => one?.absent !== undefined,
        ).length;
        expect(told.length).toBe(before >= enough ? 1 : 0);
        expect(first.nothing()?.answers).toBe(other < 0 ? before : undefined);
      }),
    );
  });
});
