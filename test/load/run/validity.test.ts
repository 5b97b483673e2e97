import { describe, expect, it } from 'vitest';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import { judgeExpectations } from '../../../src/load/run/judge-expectations.ts';
import { judgeValidity } from '../../../src/load/run/validity.ts';
import type { Wait } from '../../../src/offered/waits/waits.ts';
import { parseExpectation } from '../../../src/record/judgement/expectation.ts';
import type { ValidityCheck } from '../../../src/record/schemas/result.ts';
import { planFor } from '../support/plan.ts';
import { snapshotOf } from '../support/snapshots.ts';

interface Measured {
  responseMs?: number[];
  sendLagMs?: number[];
  wait?: Wait;
  expectations?: string[];
  sharesMachine?: boolean;
  busyShare?: number;
  counts?: { sent: number; succeeded: number; failed: number; dropped: number };
  inFlight?: number;
  /** Of those failed. */
  starved?: number;
  localFailures?: number;
  heldUpMs?: number;
  clockGainMs?: number;
  measuredMs?: number;
  strayAnswers?: number;
  littleMs?: [number, number];
  loopLagUsP99?: number;
  workersDone?: number;
  debugged?: boolean;
  achievedRps?: number;
  /** Arrivals that the schedule held: makes it an open run. */
  offered?: number;
  maxSendLagMs?: number;
}

function judge(measured: Measured) {
  const responseMs = measured.responseMs ?? [];
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
  const [inFlightMs, residenceMs] = measured.littleMs ?? [0, 0];
  aggregate.add(
    snapshotOf({
      latencyMs: { response: responseMs, sendLag: measured.sendLagMs ?? [] },
      counts: measured.counts ?? {
        sent: responseMs.length,
        succeeded: responseMs.length,
        failed: 0,
        dropped: 0,
      },
      inFlight: measured.inFlight ?? 0,
      starved: measured.starved ?? 0,
      localFailures: measured.localFailures ?? 0,
      strayAnswers: measured.strayAnswers ?? 0,
      peaks: { heldUpMs: measured.heldUpMs ?? 0, clockGainMs: measured.clockGainMs ?? 0 },
      inFlightMs,
      residenceMs,
      loopActiveMs: 1_000 * (measured.busyShare ?? 0.1),
      loopIdleMs: 1_000 * (1 - (measured.busyShare ?? 0.1)),
    }),
  );
  const totals = aggregate.totals();
  const judgements = judgeExpectations(
    (measured.expectations ?? []).map((text) => parseExpectation(text)),
    totals,
    measured.achievedRps ?? 0,
  );
  const validity = judgeValidity({
    plan: planFor(measured.sharesMachine ? 'http://127.0.0.1' : 'http://service.example', {
      closed: { wait: measured.wait ?? { kind: 'none' } },
      maxSendLagMs: measured.maxSendLagMs ?? null,
      ...(measured.offered === undefined
        ? {}
        : { offered: { model: 'open', arrivals: 'poisson', rateRps: 100, durationMs: 60_000 } as const }),
    }),
    totals,
    judgements,
    offered:
      measured.offered === undefined ? null : { arrivals: measured.offered, warmup: 0, untilMs: 60_000 },
    loopLagUsP99: measured.loopLagUsP99 ?? 0,
    measuredMs: measured.measuredMs ?? 60_000,
    workers: 1,
    workersDone: measured.workersDone ?? 1,
    debugged: measured.debugged ?? false,
  });
  const find = (name: string): ValidityCheck | undefined =>
    validity.checks.find((check) => check.name === name);
  return { ...validity, find, judgements };
}

function times(count: number, value: number): number[] {
  return new Array<number>(count).fill(value);
}

const pacing: Wait = { kind: 'pacing', periodMs: 1_000 };

describe('validity', () => {
  it('of a quiet run with clean books is VALID', () => {
    expect(judge({ responseMs: times(100, 10) }).verdict).toBe('VALID');
  });

  it('fails on a send lag above 5 ms and a tenth of the response time', () => {
    const late = judge({ wait: pacing, responseMs: times(100, 20), sendLagMs: times(100, 6) });
    expect(late.verdict).toBe('INVALID');
    expect(late.find('sendLag')).toEqual({
      name: 'sendLag',
      severity: 'error',
      observed: 6_000,
      limit: 5_000,
      passed: false,
      unit: 'us',
      bound: 'at most',
      meaning: 'p99 of how late requests left',
    });
    expect(judge({ wait: pacing, responseMs: times(100, 100), sendLagMs: times(100, 6) }).verdict).toBe(
      'VALID',
    );
    // Without timers nothing can be late.
    expect(judge({ sendLagMs: times(100, 6) }).find('sendLag')).toBeUndefined();
  });

  it('does not blame a limit on the service that was missed by less than the lag', () => {
    const run = judge({
      wait: pacing,
      responseMs: times(500, 202),
      sendLagMs: times(500, 4),
      expectations: ['p99<200ms'],
    });
    expect(run.find('sendLagAtThreshold')).toMatchObject({ observed: 4_000, passed: false });
    expect(run.verdict).toBe('INVALID');
  });

  it.each([
    ['p99<200ms', 'p50(service)<1s'],
    ['mean<200ms', 'errors<1%'],
    ['max<200ms', 'rate>1'],
    ['p100<200ms', 'p50<1s'],
  ])(
    'does not blame %s on the service if the lag may be all that missed it, on a shared machine either',
    (missed, met) => {
      const run = { sharesMachine: true, wait: pacing, responseMs: times(500, 202), achievedRps: 5 };
      const late = judge({ ...run, sendLagMs: times(500, 4), expectations: [missed, met] });
      expect(late.find('sendLagAtThreshold')).toMatchObject({
        severity: 'error',
        observed: 4_000,
        passed: false,
      });
      expect(late.verdict).toBe('INVALID');
      const punctual = judge({ ...run, sendLagMs: times(500, 1), expectations: [missed] });
      expect(punctual.find('sendLagAtThreshold')).toMatchObject({ observed: 1_000, passed: true });
      expect(punctual.verdict).toBe('VALID');
      // The service's own time has no lag in it.
      const service = judge({
        ...run,
        sendLagMs: times(500, 4),
        expectations: [missed.replace('<', '(service)<')],
      });
      expect(service.find('sendLagAtThreshold')).toBeUndefined();
    },
  );

  it('fails when less was sent than the schedule held, whatever came of what was sent', () => {
    const counts = { sent: 990, succeeded: 90, failed: 900, dropped: 10 };
    expect(judge({ offered: 1_000, counts }).verdict).toBe('VALID');
    const short = judge({ offered: 1_001, counts, sharesMachine: true });
    expect(short.find('offered')).toMatchObject({
      severity: 'error',
      observed: 0.989011,
      limit: 0.99,
      passed: false,
    });
    expect(short.verdict).toBe('INVALID');
    expect(judge({ counts }).find('offered')).toBeUndefined();
  });

  it('does not take what no connection was free for as sent', () => {
    const counts = { sent: 1_000, succeeded: 100, failed: 900, dropped: 0 };
    const run = judge({ offered: 1_000, counts, starved: 900 });
    expect(run.find('offered')).toMatchObject({ observed: 0.1, passed: false });
    expect(run.verdict).toBe('INVALID');
  });

  it('judges arrivals by their lag, not by how busy polling keeps the worker', () => {
    const run = judge({ offered: 100, responseMs: times(100, 10), sendLagMs: times(100, 6), busyShare: 1 });
    expect(run.find('generatorBusy')).toBeUndefined();
    expect(run.find('sendLag')).toMatchObject({ observed: 6_000, limit: 5_000, passed: false });
    const told = judge({
      offered: 100,
      responseMs: times(100, 10),
      sendLagMs: times(100, 6),
      maxSendLagMs: 7,
    });
    expect(told.find('sendLag')).toMatchObject({ limit: 7_000, passed: true });
    expect(told.verdict).toBe('VALID');
  });

  it('fails on a worker too busy to be on time', () => {
    expect(judge({ busyShare: 0.97 }).find('generatorBusy')).toMatchObject({
      observed: 0.97,
      passed: false,
      severity: 'error',
    });
    expect(judge({ busyShare: 0.9 }).verdict).toBe('VALID');
  });

  it('warns of lag and busyness where the service shares the machine', () => {
    const run = judge({ sharesMachine: true, busyShare: 0.99, wait: pacing, sendLagMs: times(10, 50) });
    expect(run.find('generatorBusy')).toMatchObject({ severity: 'warning', passed: false });
    expect(run.find('sendLag')).toMatchObject({ severity: 'warning', passed: false });
    expect(run.verdict).toBe('VALID');
  });

  it('obeys a limit of the send lag that was asked for, on a shared machine too', () => {
    const late = { sharesMachine: true, wait: pacing, responseMs: times(100, 200), sendLagMs: times(100, 8) };
    expect(judge(late).verdict).toBe('VALID');
    const told = judge({ ...late, maxSendLagMs: 7 });
    expect(told.find('sendLag')).toMatchObject({ severity: 'error', limit: 7_000, passed: false });
    expect(told.verdict).toBe('INVALID');
    expect(judge({ ...late, maxSendLagMs: 9 }).verdict).toBe('VALID');
    // In the open model as well.
    expect(judge({ ...late, offered: 100, maxSendLagMs: 7 }).verdict).toBe('INVALID');
  });

  it('fails on a single request that this machine could not send, on a shared machine too', () => {
    const counts = { sent: 1_000, succeeded: 999, failed: 1, dropped: 0 };
    for (const sharesMachine of [false, true]) {
      const run = judge({ counts, localFailures: 1, sharesMachine });
      expect(run.find('localFailures')).toMatchObject({
        severity: 'error',
        observed: 1,
        limit: 0,
        passed: false,
      });
      expect(run.verdict).toBe('INVALID');
    }
    // What the service refused is the service's.
    expect(judge({ counts }).find('localFailures')).toMatchObject({ observed: 0, passed: true });
  });

  it('fails when a request is missing from the books', () => {
    const counts = { sent: 10, succeeded: 7, failed: 1, dropped: 0 };
    expect(judge({ counts, inFlight: 2 }).verdict).toBe('VALID');
    expect(judge({ counts, inFlight: 1 }).find('bookkeeping')).toMatchObject({ observed: 1, passed: false });
  });

  it('holds a thousand requests to Little’s law', () => {
    const counts = { sent: 1_000, succeeded: 1_000, failed: 0, dropped: 0 };
    expect(judge({ counts, littleMs: [10_050, 10_000] }).verdict).toBe('VALID');
    expect(judge({ counts, littleMs: [10_200, 10_000] }).find('littlesLaw')).toMatchObject({
      observed: 0.02,
      passed: false,
    });
  });

  it('wants enough requests behind a percentile that was met', () => {
    const few = judge({ responseMs: times(458, 10), expectations: ['p99<200ms'] });
    expect(few.find('samples')).toMatchObject({ observed: 458, limit: 459, passed: false });
    expect(few.verdict).toBe('INVALID');
    expect(judge({ responseMs: times(459, 10), expectations: ['p99<200ms'] }).verdict).toBe('VALID');
    const oneOver = judge({ responseMs: [...times(600, 10), 500], expectations: ['p99<200ms'] });
    expect(oneOver.find('samples')).toMatchObject({ observed: 601, limit: 662, passed: false });
    // The hardest of several decides.
    expect(
      judge({ responseMs: times(500, 10), expectations: ['p50<1s', 'p99.9<1s'] }).find('samples'),
    ).toMatchObject({ limit: 4_603 });
    // A miss needs no proof.
    expect(judge({ responseMs: times(5, 900), expectations: ['p99<200ms'] }).verdict).toBe('VALID');
  });

  it('fails when the server said what nobody had asked', () => {
    expect(judge({ strayAnswers: 1 }).find('strayAnswers')).toMatchObject({
      severity: 'error',
      passed: false,
    });
    expect(judge({}).find('strayAnswers')).toBeUndefined();
  });

  it('warns of a lagging event loop and fails on a lost worker', () => {
    expect(judge({ loopLagUsP99: 60_000 })).toMatchObject({ verdict: 'VALID' });
    expect(judge({ loopLagUsP99: 60_000 }).find('loopLag')?.passed).toBe(false);
    expect(judge({ workersDone: 0 }).verdict).toBe('INVALID');
  });
});

describe('expectations', () => {
  it('are judged on what was measured', () => {
    const { judgements } = judge({
      responseMs: [...times(98, 10), 300, 300],
      counts: { sent: 102, succeeded: 100, failed: 2, dropped: 0 },
      achievedRps: 455.5,
      expectations: [
        'p50<20ms',
        'p99<200ms',
        'max<1s',
        'mean<10ms',
        'errors<1%',
        'errors<5%',
        'rate>450',
        'p99(service)<1s',
      ],
    });
    expect(judgements.map(({ observed, passed }) => [observed, passed])).toEqual([
      [expect.closeTo(10_000, -2), true],
      [expect.closeTo(300_000, -3), false],
      [300_000, true],
      [15_800, false],
      [2 / 102, false],
      [2 / 102, true],
      [455.5, true],
      // Nothing measured meets nothing.
      [null, false],
    ]);
  });
});

describe('a generator that was held up', () => {
  it.each([
    [999, 60_000, true],
    [1_001, 60_000, false],
    // Of a long run a hundredth is forgiven.
    [5_900, 600_000, true],
    [6_100, 600_000, false],
  ])('for %d ms of %d ms measured: passed is %s, on this machine too', (heldUpMs, measuredMs, passed) => {
    for (const sharesMachine of [false, true]) {
      const { find, verdict } = judge({ heldUpMs, measuredMs, sharesMachine, responseMs: [5] });
      expect(find('stall')).toMatchObject({ severity: 'error', observed: heldUpMs * 1_000, passed });
      expect(verdict).toBe(passed ? 'VALID' : 'INVALID');
    }
  });

  it('by a sleeping machine, or whose clock was set ahead, is told apart; a slewed clock is not worth a line', () => {
    expect(judge({ clockGainMs: 30, responseMs: [5] }).find('clockJump')).toBeUndefined();
    const { find, verdict } = judge({ clockGainMs: 1_200_000, responseMs: [5] });
    expect(find('clockJump')).toMatchObject({ observed: 1_200_000_000, passed: false });
    expect(verdict).toBe('INVALID');
  });
});
