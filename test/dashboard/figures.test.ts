import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/dashboard/live/figures.ts';
import type { NamedRequests, RunResult } from '../../src/record/schemas/result.ts';
import { sampleRun } from '../report/sample-run.ts';

const { result } = sampleRun();

function named(succeeded: number, failed = 0): NamedRequests {
  return { method: 'GET', succeeded, failed, meanBodyBytes: 10, responseUs: result.latencyUs.response };
}

function withNames(count: number): RunResult {
  const entries = Array.from({ length: count }, (_, index) => [`name ${index}`, named(index, 1)] as const);
  return { ...result, requestsByName: Object.fromEntries(entries) };
}

describe('the figures of a page', () => {
  it('are those of the record', () => {
    const { figures } = figuresOf(result, 60_000, null);
    expect(figures.requests).toBe(result.requests);
    expect(figures.expectations).toBe(result.thresholds);
    expect(figures.verdict).toBe(result.validity.verdict);
    expect(figures.total).toMatchObject({
      ended: result.requests.succeeded + result.requests.failed,
      failed: result.requests.failed,
      p50: result.latencyUs.response.p50,
      p99: result.latencyUs.response.p99,
      max: result.latencyUs.response.max,
    });
  });

  it('leave the warm-up out of what ended, as the record does of its latencies', () => {
    const { succeeded, failed } = result.requests;
    const warmup = { seconds: 10, sent: 300, succeeded: 250, failed: 50 };
    const { figures } = figuresOf({ ...result, warmup }, 60_000, null);
    expect(figures.total).toMatchObject({ ended: succeeded + failed - 300, failed: failed - 50 });
  });

  it('tell the rate of each name since the tick before', () => {
    const first = figuresOf({ ...result, requestsByName: { a: named(100, 10) } }, 10_000, null);
    const second = figuresOf({ ...result, requestsByName: { a: named(150, 20) } }, 12_000, first.counted);
    expect(first.figures.rows[0]).toMatchObject({ rateRps: 11, failedRps: 1 });
    expect(second.figures.rows[0]).toMatchObject({ rateRps: 30, failedRps: 5 });
  });

  it('put the names beyond a hundred into one line that counts what they counted', () => {
    const { figures } = figuresOf(withNames(500), 60_000, null);
    expect(figures.rows).toHaveLength(100);
    expect(figures.rows.at(-1)).toMatchObject({ name: '401 other names', p99: null });
    const ended = figures.rows.reduce((sum, row) => sum + row.ended, 0);
    expect(ended).toBe((499 * 500) / 2 + 500);
  });

  it('take less than 8 KB a second with twenty names', () => {
    const { figures } = figuresOf(withNames(20), 60_000, null);
    expect(JSON.stringify(figures).length).toBeLessThan(7_000);
  });
});
