import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../src/load/executors/arrivals.ts';
import type { Flow } from '../../../src/load/iteration/define-scenario.ts';
import { RequestBudget } from '../../../src/load/iteration/request-budget.ts';
import { createRecorder } from '../../../src/load/measure/recorder.ts';
import { createTimerWheel } from '../../../src/load/transport/exchange/timer-wheel.ts';
import type { ArrivalSource } from '../../../src/offered/arrivals/arrivals.ts';
import { wholeSchedule } from '../../../src/offered/arrivals/arrivals.ts';
import type { RateLoad } from '../../../src/offered/rate.ts';
import { createDistribution } from '../../../src/record/latency/distribution.ts';
import { openArrivals } from '../../offered/open-arrivals.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { flowIterations } from '../support/flows.ts';
import { exchangeDeps, requestIterations } from '../support/iterations.ts';
import { connectTo, type VirtualServer } from '../support/virtual-server.ts';

interface Options {
  profile?: Partial<RateLoad>;
  connections?: number;
  maxRequests?: number;
  warmupMs?: number;
  timeoutMs?: number;
}

/** Arrivals, a hundred a second for ten seconds unless told otherwise, against a server in virtual time. */
function world(server: VirtualServer, options: Options = {}) {
  const clock = new ManualClock();
  const profile: RateLoad = {
    model: 'open',
    arrivals: 'constant',
    rateRps: 100,
    durationMs: 10_000,
    ...options.profile,
  };
  const warmupMs = options.warmupMs ?? 0;
  const recorder = createRecorder({
    originMs: 0,
    warmupEndMs: warmupMs,
    epochMs: () => clock.nowMs(),
  });
  const wheel = createTimerWheel(clock, 50);
  const told = { spent: 0, drained: 0 };
  const { connect, log } = connectTo(server, clock);
  const arrivals: Arrivals = new Arrivals({
    clock,
    iterations: requestIterations(exchangeDeps(clock, connect, { recorder, warmupEndMs: warmupMs })),
    wheel,
    source: openArrivals(profile, { seed: 1, maxRequests: options.maxRequests ?? null }, wholeSchedule, {}),
    endsWithSource: options.maxRequests !== undefined,
    originMs: 0,
    endMs: profile.durationMs,
    warmupMs,
    places: options.connections ?? 4_096,
    timeoutMs: options.timeoutMs ?? 70_000,
    precise: false,
    exhausted: () => {
      told.spent++;
      arrivals.stop(clock.monotonicMs(), 'requests');
    },
    drained: () => {
      told.drained++;
    },
  });
  return { clock, recorder, arrivals, log, told, profile };
}

function truePercentile(valuesMs: number[], percentile: number): number {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percentile / 100) * sorted.length - 1e-9) - 1]! * 1_000;
}

describe('arrivals', () => {
  it('through a stall of 2 s give back the true percentiles, within 0.1 %', async () => {
    const answerMs = (_: number, nowMs: number) => (nowMs >= 4_000 && nowMs < 6_000 ? 6_010 - nowMs : 10);
    const { clock, arrivals, recorder, log } = world({ answerMs });
    arrivals.start();
    await clock.advance(10_000);
    arrivals.stop(10_000, 'duration');
    await clock.advance(100);
    const { latency, counts } = recorder.take(clock.monotonicMs());
    expect(counts).toEqual({ sent: 1_000, succeeded: 1_000, failed: 0, dropped: 0 });
    expect(log.mostOpen).toBe(201);
    const response = createDistribution();
    response.add(latency.response);
    const truth = Array.from({ length: 1_000 }, (_, index) => answerMs(index, index * 10));
    for (const percentile of [50, 80, 81, 90, 95, 99, 99.9]) {
      const expected = truePercentile(truth, percentile);
      expect(Math.abs(response.percentile(percentile)! - expected) / expected).toBeLessThanOrEqual(0.001);
    }
    expect(response.max).toBe(2_010_000);
  });

  it('beyond the connections wait for one, which is pool wait and never send lag', async () => {
    const { clock, arrivals, recorder, log } = world({ answerMs: () => 50 }, { connections: 4 });
    arrivals.start();
    await clock.advance(10_000);
    arrivals.stop(10_000, 'duration');
    await clock.advance(100);
    expect(log.mostOpen).toBe(4);
    const { latency, counts } = recorder.take(clock.monotonicMs());
    // Four connections of 50 ms carry 80 a second; of the rest, the end drops what still waits.
    expect(counts.sent + counts.dropped).toBe(1_000);
    expect(Math.abs(counts.sent - 800)).toBeLessThanOrEqual(4);
    expect(latency.sendLag.max).toBe(0);
    expect(latency.poolWait.max! / 1_000).toBeGreaterThan(1_900);
    expect(latency.service.max).toBe(50_000);
    // First come, first served: sends keep the order of arrivals.
    expect(log.sentAtMs).toEqual(log.sentAtMs.toSorted((a, b) => a - b));
  });

  it('that wait for a connection longer than the time-out have failed, and count with their wait', async () => {
    const { clock, arrivals, recorder } = world(
      { answerMs: () => null },
      { connections: 1, timeoutMs: 500, profile: { rateRps: 10, durationMs: 1_000 } },
    );
    arrivals.start();
    await clock.advance(990);
    const { errors, latency, starved, counts } = recorder.take(990);
    expect(starved).toBe(counts.failed);
    expect(errors).toMatchObject([{ kind: 'timeout', message: 'no free connection within 0.5 s' }]);
    expect(latency.response.min).toBeGreaterThanOrEqual(500_000);
    expect(latency.response.max).toBeLessThanOrEqual(551_000);
  });

  it('go on one for one while a server refuses connections', async () => {
    const { clock, arrivals, recorder, log } = world({ answerMs: () => 1, refuses: true, handshakeMs: 3 });
    arrivals.start();
    await clock.advance(10_000);
    arrivals.stop(10_000, 'duration');
    const { counts, starved, traffic } = recorder.take(10_000);
    expect(counts).toMatchObject({ succeeded: 0, dropped: 0 });
    expect(starved).toBe(0);
    // Each was tried, and none was answered.
    expect(traffic).toMatchObject({ answered: 0, firstAnswerMs: null, statuses: [] });
    expect(traffic.lastSentMs).toBeGreaterThan(9_900);
    expect(counts.sent).toBe(1_000);
    expect(counts.failed).toBe(1_000);
    expect(log.attemptsAtMs).toHaveLength(1_000);
  });

  it('count bursts of 429 and 503 as what they are, and time only the rest', async () => {
    const burst = (index: number) => Math.floor(index / 100) % 2 === 1;
    const { clock, arrivals, recorder } = world({
      answerMs: (index) => (burst(index) ? 1 : 20),
      failure: (index) =>
        !burst(index)
          ? null
          : index % 2 === 0
            ? { kind: 'throttled', status: 429, message: 'slow down' }
            : { kind: 'http', status: 503, message: 'unavailable' },
    });
    arrivals.start();
    await clock.advance(10_000);
    arrivals.stop(10_000, 'duration');
    await clock.advance(100);
    const { counts, errors, latency } = recorder.take(clock.monotonicMs());
    expect(counts).toEqual({ sent: 1_000, succeeded: 500, failed: 500, dropped: 0 });
    expect(errors.map(({ kind, status, count }) => [kind, status, count])).toEqual(
      expect.arrayContaining([
        ['throttled', 429, 250],
        ['http', 503, 250],
      ]),
    );
    expect(latency.response).toMatchObject({ count: 500, min: 20_000, max: 20_000 });
  });

  it('are sent exactly as many as asked for, and end the run', async () => {
    const { clock, arrivals, recorder, told, log } = world({ answerMs: () => 30 }, { maxRequests: 37 });
    arrivals.start();
    await clock.advance(10_000);
    expect(log.sentAtMs).toHaveLength(37);
    expect(told).toEqual({ spent: 1, drained: 1 });
    expect(recorder.take(10_000).counts).toMatchObject({ sent: 37, succeeded: 37, dropped: 0 });
  });

  it('that are due together send no more than the requests that are left', async () => {
    const clock = new ManualClock();
    const { connect, log } = connectTo({ answerMs: () => 5 }, clock);
    const left = [...Array(3).fill(0), ...Array(10).fill(100)];
    const source: ArrivalSource = {
      get nextMs() {
        return left[0] ?? Number.POSITIVE_INFINITY;
      },
      nextPayload: null,
      advance: () => void left.shift(),
      skipBefore: (ms) =>
        left.splice(
          0,
          left.findIndex((atMs) => atMs >= ms),
        ).length,
      follow() {},
      close() {},
    };
    const flows: Flow[] = [
      { name: 'one', weight: 1e9, request: { path: '/' } },
      { name: 'code', run() {} },
    ];
    const told = { spent: 0, drained: 0 };
    const budget = new RequestBudget(5, () => {
      told.spent++;
      arrivals.stop(clock.monotonicMs(), 'requests');
      arrivals.halt(clock.monotonicMs());
    });
    const arrivals: Arrivals = new Arrivals({
      ...{ clock, source, originMs: 0, endMs: 10_000, warmupMs: 0, precise: false, timeoutMs: 1_000 },
      // Such users need no connection to begin: they are ready whatever happens.
      iterations: flowIterations(exchangeDeps(clock, connect, { budget }), flows),
      wheel: createTimerWheel(clock, 50),
      endsWithSource: false,
      places: 100,
      exhausted() {},
      drained: () => {
        told.drained++;
      },
    });
    arrivals.start();
    await clock.advance(1_000);
    expect(log.sentAtMs).toEqual([0, 0, 0, 100, 100]);
    expect(told).toEqual({ spent: 1, drained: 1 });
  });

  it('that the end finds unsent are counted as dropped, those of the warm-up apart', async () => {
    const { clock, arrivals, recorder, told } = world({ answerMs: () => null }, { warmupMs: 5_000 });
    arrivals.start();
    await clock.advance(2_000);
    // A generator that hung from here on.
    arrivals.stop(8_000, 'told');
    arrivals.abandon(clock.monotonicMs());
    const { counts, warmup } = recorder.take(clock.monotonicMs());
    expect(counts).toMatchObject({ sent: 201, dropped: 599 });
    expect(warmup).toMatchObject({ sent: 201, dropped: 299 });
    expect(told.drained).toBe(0);
  });

  it.each([
    ['is dropped if it has been due for long', 10_000, { sent: 996, dropped: 4 }],
    ['is sent if it fell due together with the end', 9_961, { sent: 997, dropped: 0 }],
  ])('that the end finds unsent %s', async (_, durationMs, expected) => {
    const { clock, arrivals, recorder } = world({ answerMs: () => 1 }, { profile: { durationMs } });
    // Before the wake-up of the arrival that is due at the same instant.
    clock.after(9_960, () => arrivals.stop(durationMs, 'duration'));
    arrivals.start();
    await clock.advance(9_990);
    expect(recorder.take(9_990).counts).toMatchObject(expected);
  });

  it('that fall due together with the end are all taken up, however many', async () => {
    const clock = new ManualClock();
    const { connect } = connectTo({ answerMs: () => 1 }, clock);
    const profile: RateLoad = { model: 'open', arrivals: 'constant', rateRps: 100_000, durationMs: 2 };
    const found = { taken: 0, untaken: 0 };
    const { createPerformer } = requestIterations(exchangeDeps(clock, connect));
    const arrivals = new Arrivals({
      ...{ clock, originMs: 0, endMs: 2, warmupMs: 0, precise: false, timeoutMs: 1_000 },
      source: openArrivals(profile, { seed: 1, maxRequests: null }, wholeSchedule, {}),
      iterations: {
        createPerformer,
        books: {
          failedUnsent() {},
          starved() {},
          // There was no time to connect for them.
          dropped: () => void found.taken++,
          droppedUntaken(count) {
            found.untaken += count;
          },
        },
      },
      wheel: createTimerWheel(clock, 50),
      endsWithSource: false,
      places: 1_000,
      exhausted() {},
      drained() {},
    });
    await clock.advance(2);
    arrivals.stop(2, 'duration');
    expect(found).toEqual({ taken: 200, untaken: 0 });
  });

  it('keep to Little’s law', async () => {
    const { clock, arrivals, recorder } = world(
      { answerMs: (index) => 5 + (index % 7) * 30, closes: true, handshakeMs: 4 },
      { profile: { arrivals: 'poisson', rateRps: 300 } },
    );
    arrivals.start();
    await clock.advance(10_000);
    arrivals.stop(10_000, 'duration');
    await clock.advance(1_000);
    const { inFlightMs, residenceMs, counts } = recorder.take(clock.monotonicMs());
    expect(counts.sent).toBeGreaterThan(2_700);
    expect(inFlightMs / residenceMs).toBeCloseTo(1, 9);
  });

  it('follow a rate that is changed by hand', async () => {
    const { clock, arrivals, log, profile } = world({ answerMs: () => 1 });
    arrivals.start();
    await clock.advance(4_995);
    expect(log.sentAtMs).toHaveLength(500);
    arrivals.changed({ ...profile, changes: [{ atMs: 5_000, ratePercent: 300 }] });
    await clock.advance(5_005);
    expect(log.sentAtMs.length).toBeGreaterThanOrEqual(500 + 1_499);
    expect(log.sentAtMs.length).toBeLessThanOrEqual(500 + 1_501);
  });
});
