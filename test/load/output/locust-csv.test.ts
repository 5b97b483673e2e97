import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MlbenchError } from '../../../src/core/errors.ts';
import type { Interval } from '../../../src/load/measure/interval.ts';
import type { Totals } from '../../../src/load/measure/totals.ts';
import { openLocustCsv } from '../../../src/load/output/locust-csv.ts';
import { createAggregate } from '../../../src/load/run/aggregate.ts';
import type { LoadEvent } from '../../../src/load/run/run-events.ts';
import { createLatencyRecorder } from '../../../src/record/latency/histogram.ts';
import { runResult } from '../../cli/render/samples.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { readCsv } from './read-csv.ts';

/** As the published headers of locust have it. */
const statsHeader =
  'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%';
const historyHeader =
  'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-csv-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(folder, `today_${name}.csv`), 'utf8');
const rows = (name: string) => {
  const [header, ...body] = readCsv(read(name));
  return body.map((row) => Object.fromEntries(row.map((cell, at) => [header![at]!, cell])));
};
const open = (warn: (problem: MlbenchError) => void = () => {}) =>
  openLocustCsv(join(folder, 'today'), { method: 'POST', name: '/evaluate' }, warn);

/** Two seconds of one worker: 3 answers of 10, 20 and 120,000 ms and a failure; then one answer of 30 ms. */
function aggregateTwoSeconds(): { seen: Interval[]; totals: Totals } {
  const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
  const first = aggregate.add(
    snapshotOf({
      interval: 1,
      users: 7,
      counts: { sent: 5, succeeded: 3, failed: 1, dropped: 0 },
      latencyMs: { response: [10, 20, 120_000] },
      bodyBytes: 400,
      errors: [
        { kind: 'http', status: 503, message: '=cmd|"x",y', count: 1, firstAtMs: 5_000, lastAtMs: 6_000 },
      ],
    }),
  );
  const second = aggregate.add(
    snapshotOf({
      interval: 2,
      users: 7,
      counts: { sent: 0, succeeded: 1, failed: 0, dropped: 0 },
      latencyMs: { response: [30] },
      bodyBytes: 100,
    }),
  );
  return { seen: [...first, ...second], totals: aggregate.totals() };
}

const start = { type: 'load-started', startAtMs: 1_700_000_000_000 } as const;

function intervalOf(interval: Interval): LoadEvent {
  return { type: 'load-interval', interval, durationMs: 2_000, windowMs: interval.elapsedMs };
}

function finished(totals: Totals, windowMs: number): LoadEvent {
  return { type: 'load-finished', result: runResult(), totals, windowMs };
}

describe("locust's CSV files", () => {
  it('have its headers from the first moment of the run, and are left alone before', () => {
    writeFileSync(join(folder, 'today_stats.csv'), 'of yesterday');
    const csv = open();
    expect(readdirSync(folder)).toEqual(['today_stats.csv']);
    expect(read('stats')).toBe('of yesterday');
    csv(start);
    expect(read('stats')).toBe(`${statsHeader}\r\n`);
    expect(read('stats_history')).toBe(`${historyHeader}\r\n`);
    expect(read('failures')).toBe('Method,Name,Error,Occurrences,First Seen,Last Seen\r\n');
    expect(read('exceptions')).toBe('Count,Message,Traceback,Nodes\r\n');
  });

  it('give a second its own percentiles in the history, and the totals beside them', () => {
    const csv = open();
    csv(start);
    const { seen, totals } = aggregateTwoSeconds();
    for (const interval of seen) csv(intervalOf(interval));
    csv(finished(totals, 2_000));
    const [first, second] = rows('stats_history');
    expect(first).toMatchObject({
      Timestamp: '1700000001',
      'User Count': '7',
      Type: '',
      Name: 'Aggregated',
      'Requests/s': '4',
      'Failures/s': '1',
      '50%': '20.015',
      '100%': '120000',
    });
    expect(second).toMatchObject({ 'Requests/s': '1', '50%': '30', '100%': '30' });
    expect(second).toMatchObject({
      'Total Request Count': '5',
      'Total Failure Count': '1',
      'Total Min Response Time': '10',
      'Total Max Response Time': '120000',
      'Total Average Content Size': '100',
    });
  });

  it('tell in the history what ended in the last part of a second, with the second before and its totals', () => {
    const csv = open();
    csv(start);
    const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
    const counts = { sent: 10, succeeded: 8, failed: 2, dropped: 0 };
    const parts = [
      snapshotOf({ interval: 1, counts }),
      snapshotOf({ interval: 2, counts }),
      snapshotOf({ interval: 3, toMs: 2_200, counts: { sent: 14, succeeded: 10, failed: 4, dropped: 0 } }),
    ];
    for (const part of parts) for (const interval of aggregate.add(part)) csv(intervalOf(interval));
    csv(finished(aggregate.totals(), 2_200));
    expect(rows('stats_history')).toMatchObject([
      { 'Requests/s': '10', 'Failures/s': '2', 'Total Request Count': '10', 'Total Failure Count': '2' },
      { 'Requests/s': '20', 'Failures/s': '5', 'Total Request Count': '34', 'Total Failure Count': '8' },
    ]);
  });

  it('end with a row for the request and one for all, and every error in its line', () => {
    const csv = open();
    const { totals } = aggregateTwoSeconds();
    csv(finished(totals, 2_000));
    const [named, all] = rows('stats');
    expect(named).toMatchObject({
      Type: 'POST',
      Name: '/evaluate',
      'Request Count': '5',
      'Failure Count': '1',
    });
    expect(all).toMatchObject({ Type: '', Name: 'Aggregated', 'Requests/s': '2.5', 'Failures/s': '0.5' });
    expect(rows('failures')).toEqual([
      {
        Method: 'POST',
        Name: '/evaluate',
        Error: 'http 503: =cmd|"x",y',
        Occurrences: '1',
        'First Seen': '1970-01-01T00:00:05.000Z',
        'Last Seen': '1970-01-01T00:00:06.000Z',
      },
    ]);
  });

  it("have a row a name for a scenario's requests, and its exceptions", () => {
    const csv = open();
    const recorder = createLatencyRecorder();
    recorder.record(5);
    const aggregate = createAggregate({ workers: 1, steadyFromMs: 0 });
    aggregate.add(
      snapshotOf({
        counts: { sent: 2, succeeded: 1, failed: 1, dropped: 0 },
        named: [
          {
            name: 'search',
            method: 'GET',
            succeeded: 1,
            failed: 0,
            bodyBytes: 10,
            response: recorder.take(),
          },
          { name: 'buy', method: 'POST', succeeded: 0, failed: 1, bodyBytes: 0, response: recorder.take() },
        ],
        exceptions: [{ message: '=1+1 failed', traceback: 'flow.ts:3:1\nflow.ts:9:2', count: 1 }],
      }),
    );
    csv(finished(aggregate.totals(), 1_000));
    expect(rows('stats').map(({ Type, Name, '50%': p50 }) => [Type, Name, p50])).toEqual([
      ['POST', 'buy', 'N/A'],
      ['GET', 'search', '5'],
      ['', 'Aggregated', 'N/A'],
    ]);
    expect(rows('exceptions')).toEqual([
      { Count: '1', Message: "'=1+1 failed", Traceback: 'flow.ts:3:1\nflow.ts:9:2', Nodes: 'local' },
    ]);
  });

  it('are refused before the run where they cannot be written, and given up once when they no longer can', () => {
    writeFileSync(join(folder, 'file'), '');
    const under = join(folder, 'file', 'x');
    expect(() => openLocustCsv(under, { method: 'GET', name: '/' }, () => {})).toThrow(
      expect.objectContaining({ code: 'csv-unwritable', exitCode: 2 }),
    );
    const warnings: string[] = [];
    const csv = open(({ code }) => warnings.push(code));
    const { totals } = aggregateTwoSeconds();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
    csv(finished(totals, 2_000));
    csv(finished(totals, 2_000));
    expect(warnings).toEqual(['csv-unwritable']);
  });
});
