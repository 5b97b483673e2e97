import type { LoadProgress } from '../../../src/cli/render/progress/load-progress.ts';
import type { Interval } from '../../../src/load/measure/interval.ts';
import { noRequests } from '../../../src/load/measure/snapshot.ts';
import { createTotals } from '../../../src/load/measure/totals.ts';
import { createDistribution, type LatencyDistribution } from '../../../src/record/latency/distribution.ts';
import type { EncodedHistogram } from '../../../src/record/latency/histogram.ts';
import type { LatencySummary } from '../../../src/record/latency/latency-summary.ts';
import type { RunResult } from '../../../src/record/schemas/result.ts';
import { snapshotOf } from '../../load/support/snapshots.ts';

/** One second of a run: p50 22 ms, p95 31.4 ms, p99 40.25 ms, at most 51 ms. */
export function loadProgress(overrides: Partial<Interval> = {}): LoadProgress {
  const [counts, total] = [noRequests(), noRequests()];
  const latencyMs = [...many(50, 22), ...many(45, 31.4), ...many(4, 40.25), 51];
  const { latency, warmupResponse } = snapshotOf({ latencyMs: { response: latencyMs } });
  const histograms = { response: latency.response, service: latency.service, warmupResponse, named: [] };
  const interval: Interval = {
    index: 23,
    elapsedMs: 23_000,
    intervalMs: 1_000,
    brief: false,
    users: 200,
    inFlight: 10,
    offeredRateRps: null,
    endedRateRps: 198.4,
    counts,
    total: { ...total, sent: 4_500, succeeded: 4_490 },
    response: distributionOf(histograms.response),
    histograms,
    topErrors: [],
    workers: [],
    totals: () => createTotals(1, { steadyFromMs: 0 }).totals(),
    ...overrides,
  };
  return { type: 'load-interval', interval, durationMs: 60_000, windowMs: 23_000 };
}

function distributionOf(encoded: EncodedHistogram): LatencyDistribution {
  const distribution = createDistribution();
  distribution.add(encoded);
  return distribution;
}

function many(count: number, ms: number): number[] {
  return new Array<number>(count).fill(ms);
}

export function latencySummary(scale = 1): LatencySummary {
  const us = (value: number) => value * scale;
  return {
    count: 1_000,
    min: us(1_000),
    mean: us(2_500),
    p50: us(2_000),
    p66: us(2_500),
    p75: us(3_000),
    p80: us(3_200),
    p90: us(4_000),
    p95: us(5_000),
    p98: us(8_000),
    p99: us(9_000),
    p99_9: us(12_000),
    p99_99: us(15_000),
    max: us(16_000),
  };
}

export function runResult(overrides: Partial<RunResult> = {}): RunResult {
  return {
    schemaVersion: 1,
    runId: '20260101T000000Z-abcd',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 60,
    target: { kind: 'runtime', endpointName: 'mlbench', url: 'http://127.0.0.1:1' },
    profile: {
      model: 'closed',
      users: 200,
      ramp: { kind: 'usersPerSecond', usersPerSecond: 10 },
      wait: { kind: 'none' },
      durationMs: 60_000,
    },
    workers: 1,
    requests: { intended: 12_000, sent: 12_000, succeeded: 12_000, failed: 0, dropped: 0, inFlightAtEnd: 0 },
    rateRps: { intended: null, achieved: 200 },
    latencyUs: {
      response: latencySummary(),
      service: latencySummary(0.9),
      firstByte: latencySummary(0.8),
      sendLag: latencySummary(0.01),
      poolWait: latencySummary(0),
    },
    errors: [],
    thresholds: [],
    validity: { verdict: 'VALID', checks: [] },
    generator: { cpuUsPerRequest: 20, loopLagUsP99: 900 },
    scaling: {},
    costUsd: {},
    ...overrides,
  };
}
