import { describe, expect, it } from 'vitest';
import { ClosedUsers } from '../../../src/load/executors/closed-users.ts';
import { RequestBudget } from '../../../src/load/iteration/request-budget.ts';
import { createRecorder } from '../../../src/load/measure/recorder.ts';
import { dealUsers } from '../../../src/offered/deal.ts';
import type { UsersDrive } from '../../../src/offered/drive.ts';
import { type UsersLoad, usersModel } from '../../../src/offered/users.ts';
import { createDistribution } from '../../../src/record/latency/distribution.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { exchangeDeps, requestIterations } from '../support/iterations.ts';
import { connectTo, type VirtualServer } from '../support/virtual-server.ts';

/** Users against a server that exists in virtual time alone. */
function world(
  server: VirtualServer,
  options: { closed?: Partial<UsersLoad>; maxRequests?: number; warmupMs?: number } = {},
) {
  const clock = new ManualClock();
  const profile: UsersLoad = {
    model: 'closed',
    users: 1,
    ramp: { kind: 'over', durationMs: 0 },
    wait: { kind: 'none' },
    durationMs: 10_000,
    ...options.closed,
  };
  const recorder = createRecorder({
    originMs: 0,
    warmupEndMs: options.warmupMs ?? 0,
    epochMs: () => clock.nowMs(),
  });
  const told = { spent: 0, drained: 0 };
  const { connect, log } = connectTo(server, clock);
  const share = dealUsers(0, 1);
  const stop = () => {
    users.stop();
    users.halt(clock.monotonicMs());
  };
  const budget = new RequestBudget(options.maxRequests ?? null, () => {
    told.spent++;
    stop();
  });
  const endMs = profile.durationMs;
  const changes = { recorder, budget, warmupEndMs: options.warmupMs ?? 0, closesAtMs: endMs };
  const users: ClosedUsers = new ClosedUsers({
    clock,
    drive: usersModel.drive(profile) as UsersDrive,
    share,
    seed: 1,
    originMs: 0,
    endMs,
    iterations: requestIterations(exchangeDeps(clock, connect, changes)),
    budget,
    drained: () => {
      told.drained++;
    },
  });
  const { sentAtMs, attemptsAtMs } = log;
  return { clock, recorder, users, stop, sentAtMs, attemptsAtMs, told, profile };
}

describe('closed users in stages', () => {
  it('come and go as the level says, and rest between', async () => {
    const stages = [
      { durationMs: 2_000, level: 2 },
      { durationMs: 2_000, level: 0 },
      { durationMs: 0, level: 1 },
      { durationMs: 1_000, level: 1 },
    ];
    const closed = { users: 0, stages, durationMs: 5_000, wait: { kind: 'pacing', periodMs: 500 } } as const;
    const { clock, users, sentAtMs } = world({ answerMs: () => 10 }, { closed: { ...closed, stages } });
    users.start();
    await clock.advance(1_900);
    expect(users.users).toBe(2);
    await clock.advance(3_100);
    // User 0 from 0 to 4,000 and again from 4,000, user 1 from 1,000 to 3,000.
    expect(sentAtMs).toEqual([
      ...[0, 500, 1_000, 1_000, 1_500, 1_500, 2_000, 2_000],
      ...[2_500, 2_500, 3_000, 3_500, 4_000, 4_500],
    ]);
    expect(users.users).toBe(1);
  });

  it('are more or fewer from the instant of a change by hand', async () => {
    const closed = { users: 2, wait: { kind: 'pacing', periodMs: 1_000 } } as const;
    const { clock, users, sentAtMs, profile } = world({ answerMs: () => 10 }, { closed });
    users.start();
    await clock.advance(950);
    users.changed({ ...profile, changes: [{ atMs: 1_500, addedUsers: 1 }] });
    await clock.advance(2_600);
    expect(users.users).toBe(3);
    const before = sentAtMs.length;
    users.changed({
      ...profile,
      changes: [
        { atMs: 1_500, addedUsers: 1 },
        { atMs: 3_600, addedUsers: -1 },
      ],
    });
    await clock.advance(3_000);
    expect(users.users).toBe(1);
    expect(sentAtMs.slice(0, before)).toEqual([
      0, 0, 1_000, 1_000, 1_500, 2_000, 2_000, 2_500, 3_000, 3_000, 3_500,
    ]);
    expect(sentAtMs.slice(before)).toEqual([4_000, 5_000, 6_000]);
  });
});

describe('closed users', () => {
  it('give back the true percentiles of a server of two speeds, within 0.1 %', async () => {
    const answersMs = (index: number) => (index % 50 === 49 ? 800 : 12.5);
    const { clock, users, recorder } = world(
      { answerMs: answersMs },
      { maxRequests: 1_000, closed: { durationMs: 60_000 } },
    );
    users.start();
    await clock.advance(60_000);
    const service = createDistribution();
    service.add(recorder.take(60_000).latency.service);
    expect(service.count).toBe(1_000);
    expect(service.mean()).toBeCloseTo(0.98 * 12_500 + 0.02 * 800_000, 6);
    for (const [percentile, trueUs] of [
      [50, 12_500],
      [98, 12_500],
      [98.1, 800_000],
      [99.9, 800_000],
    ] as const) {
      expect(service.percentile(percentile)! / trueUs).toBeCloseTo(1, 3);
    }
    expect(service.max).toBe(800_000);
  });

  it('without a wait send again as soon as they are answered', async () => {
    const { clock, users, sentAtMs } = world({ answerMs: () => 25 });
    users.start();
    await clock.advance(100);
    expect(sentAtMs).toEqual([0, 25, 50, 75, 100]);
  });

  it('pace by intended starts, so that answers do not push the schedule back', async () => {
    const { clock, users, sentAtMs } = world(
      { answerMs: () => 30 },
      { closed: { wait: { kind: 'pacing', periodMs: 100 } } },
    );
    users.start();
    await clock.advance(450);
    expect(sentAtMs).toEqual([0, 100, 200, 300, 400]);
  });

  it('after an answer slower than the period send at once, and pace from there', async () => {
    const { clock, users, sentAtMs, recorder } = world(
      { answerMs: (index) => (index === 1 ? 250 : 10) },
      { closed: { wait: { kind: 'pacing', periodMs: 100 } } },
    );
    users.start();
    await clock.advance(600);
    expect(sentAtMs).toEqual([0, 100, 350, 450, 550]);
    const { latency } = recorder.take(600);
    expect(latency.response.max).toBe(250_000);
    // The third was nobody's timer's doing.
    expect(latency.sendLag.count).toBe(4);
  });

  it('pause after the answer by a constant time, or between two', async () => {
    const constant = world({ answerMs: () => 10 }, { closed: { wait: { kind: 'constant', waitMs: 40 } } });
    constant.users.start();
    await constant.clock.advance(110);
    expect(constant.sentAtMs).toEqual([0, 50, 100]);

    const between = world(
      { answerMs: () => 0 },
      { closed: { wait: { kind: 'between', lowMs: 10, highMs: 20 } } },
    );
    between.users.start();
    await between.clock.advance(1_000);
    const gaps = between.sentAtMs.slice(1).map((atMs, i) => atMs - between.sentAtMs[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...gaps)).toBeLessThan(20);
    expect(new Set(gaps).size).toBeGreaterThan(10);
  });

  it('start one after another as the ramp says', async () => {
    const { clock, users, sentAtMs } = world(
      { answerMs: () => null },
      { closed: { users: 4, ramp: { kind: 'usersPerSecond', usersPerSecond: 10 } } },
    );
    users.start();
    await clock.advance(150);
    expect(users.users).toBe(2);
    await clock.advance(1_000);
    expect(sentAtMs).toEqual([0, 100, 200, 300]);
    expect(users.users).toBe(4);
  });

  it('count the handshake as pool wait, in the response time but not in the service time', async () => {
    const { clock, users, recorder } = world(
      { answerMs: () => 20, handshakeMs: 30, closes: true },
      { maxRequests: 2 },
    );
    users.start();
    await clock.advance(200);
    const { latency, counts } = recorder.take(200);
    expect(counts.sent).toBe(2);
    expect(latency.poolWait).toMatchObject({ count: 2, min: 30_000, max: 30_000 });
    expect(latency.response).toMatchObject({ count: 2, min: 50_000, max: 50_000 });
    expect(latency.service).toMatchObject({ count: 2, min: 20_000, max: 20_000 });
    expect(latency.sendLag).toMatchObject({ count: 1, max: 0 });
  });

  it('do not ask a host that refuses as fast as it refuses', async () => {
    const { clock, users, recorder, attemptsAtMs } = world({ answerMs: () => 0, refuses: true });
    users.start();
    await clock.advance(4_000);
    expect(attemptsAtMs).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500]);
    const { counts, errors, latency, traffic } = recorder.take(4_000);
    expect(counts).toEqual({ sent: 7, succeeded: 0, failed: 7, dropped: 0 });
    expect(traffic).toMatchObject({ answered: 0, lastSentMs: 3_500 });
    expect(errors).toMatchObject([{ kind: 'connection', count: 7 }]);
    expect(latency.response.count).toBe(0);
  });

  it('send exactly as many requests as asked for, then tell once all are answered', async () => {
    const { clock, users, sentAtMs, told } = world(
      { answerMs: () => 10, handshakeMs: 5 },
      { closed: { users: 4 }, maxRequests: 10 },
    );
    users.start();
    await clock.advance(500);
    expect(sentAtMs).toHaveLength(10);
    expect(told.spent).toBe(1);
    expect(told.drained).toBeGreaterThan(0);
  });

  it('send nothing new once stopped, and tell when the last answer is in', async () => {
    const { clock, users, stop, sentAtMs, told, recorder } = world(
      { answerMs: () => 50 },
      { closed: { users: 3 } },
    );
    users.start();
    await clock.advance(70);
    expect(sentAtMs).toHaveLength(6);
    stop();
    expect(told.drained).toBe(0);
    await clock.advance(100);
    expect(sentAtMs).toHaveLength(6);
    expect(told.drained).toBe(1);
    expect(users.users).toBe(0);
    expect(recorder.take(170).counts).toEqual({ sent: 6, succeeded: 6, failed: 0, dropped: 0 });
  });

  it('count as dropped what waited for a connection when the run ended, and as in flight what was never answered', async () => {
    const slow = world({ answerMs: () => null, handshakeMs: 1_000 }, { closed: { users: 2 } });
    slow.users.start();
    await slow.clock.advance(500);
    slow.stop();
    expect(slow.recorder.take(500).counts).toMatchObject({ sent: 0, dropped: 2 });

    const silent = world({ answerMs: () => null }, { closed: { users: 2 } });
    silent.users.start();
    await silent.clock.advance(500);
    silent.stop();
    await silent.clock.advance(100);
    silent.users.abandon(600);
    const taken = silent.recorder.take(600);
    expect(silent.recorder.inFlight).toBe(2);
    expect(taken.counts).toEqual({ sent: 2, succeeded: 0, failed: 0, dropped: 0 });
    expect(taken.inFlightMs).toBe(1_200);
    expect(taken.residenceMs).toBe(1_200);
  });

  it('keep the warm-up out of the figures but in the counts', async () => {
    const { clock, users, recorder } = world(
      { answerMs: (index) => (index < 5 ? 100 : 20) },
      { warmupMs: 500, closed: { durationMs: 700 } },
    );
    users.start();
    await clock.advance(699);
    const taken = recorder.take(699);
    expect(taken.counts.sent).toBe(15);
    expect(taken.warmup).toMatchObject({ sent: 5, succeeded: 5 });
    expect(taken.latency.response).toMatchObject({ count: 9, max: 20_000 });
    expect(taken.warmupResponse).toMatchObject({ count: 5, min: 100_000 });
  });
});
