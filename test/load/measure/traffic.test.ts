import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTraffic, noTraffic, Traffic } from '../../../src/load/measure/traffic.ts';

describe('what went and came', () => {
  it('is answers by status, and when the first and the last came', () => {
    const traffic = new Traffic(1_000);
    traffic.sent(1_000);
    traffic.ended(301, true, 1_100, 'success');
    traffic.ended(200, false, 1_300, 'success');
    traffic.ended(0, false, 1_350, 'failure');
    traffic.ended(200, false, 1_400, 'success');
    expect(traffic.take()).toEqual({
      statuses: [
        [301, 1],
        [200, 2],
      ],
      answered: 2,
      firstAnswerMs: 300,
      lastAnswerMs: 400,
      lastSentMs: 0,
      redirects: 0,
      pointing: 1,
    });
    expect(traffic.take()).toEqual(noTraffic());
  });

  it('is successes that only point elsewhere: a status of 3xx but 304', () => {
    const traffic = new Traffic(0);
    for (let status = 200; status < 600; status++)
      for (const outcome of ['success', 'failure'] as const) traffic.ended(status, false, 0, outcome);
    expect(traffic.take().pointing).toBe(99);
  });

  it('adds up to the same however it is cut', () => {
    const event = fc.record({
      worker: fc.nat(2),
      status: fc.constantFrom(0, 200, 301, 404),
      atMs: fc.nat(10_000),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event), (unordered) => {
        const events = unordered.toSorted((a, b) => a.atMs - b.atMs);
        const workers = [0, 1, 2].map(() => new Traffic(0));
        const [cut, whole] = [noTraffic(), noTraffic()];
        const one = new Traffic(0);
        for (const { worker, status, atMs, cut: cuts } of events) {
          for (const traffic of [workers[worker]!, one]) {
            traffic.sent(atMs);
            traffic.ended(status, false, atMs, status === 0 || status > 400 ? 'failure' : 'success');
          }
          if (cuts) addTraffic(cut, workers[worker]!.take());
        }
        for (const traffic of workers) addTraffic(cut, traffic.take());
        addTraffic(whole, one.take());
        expect(cut).toEqual(whole);
      }),
    );
  });
});
