import type { LoadProgress } from '../../../src/cli/render/load-progress.ts';
import type { LatencySummary, RunResult } from '../../../src/record/result.ts';

export function loadProgress(overrides: Partial<LoadProgress> = {}): LoadProgress {
  return {
    type: 'load-progress',
    elapsedMs: 23_000,
    durationMs: 60_000,
    intervalMs: 1_000,
    users: 200,
    intendedRateRps: null,
    rateRps: 198.4,
    responseUs: { p50: 22_000, p95: 31_400, p99: 40_250, max: 51_000 },
    sent: 4_500,
    succeeded: 4_490,
    failed: 0,
    intervalFailed: 0,
    inFlight: 10,
    topErrors: [],
    ...overrides,
  };
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
