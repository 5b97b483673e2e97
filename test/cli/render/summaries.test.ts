import { describe, expect, it } from 'vitest';
import { downLines } from '../../../src/cli/render/down-summary.ts';
import { invokeLines } from '../../../src/cli/render/invoke-summary.ts';
import { loadLines } from '../../../src/cli/render/load-summary.ts';
import { runLines } from '../../../src/cli/render/run-summary.ts';
import { statusLines } from '../../../src/cli/render/status-summary.ts';
import { upLines } from '../../../src/cli/render/up-summary.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';
import type {
  InvokeOutcome,
  RunOutcome,
  StatusOutcome,
  UpOutcome,
} from '../../../src/experiment/contract/outcomes.ts';
import { parseExpectation } from '../../../src/record/judgement/expectation.ts';
import type { RunResult } from '../../../src/record/schemas/result.ts';
import { latencySummary, runResult } from './samples.ts';

const upOutcome: UpOutcome = {
  exitCode: 0,
  experiment: 'mlbench',
  target: 'local',
  endpointName: 'mlbench',
  endpointArn: 'arn:…',
  variantName: 'AllTraffic',
  sampleRequest: {
    from: 'inputs',
    path: '/s/experiments/mlbench/sample-request.json',
    body: '{"instances":[[0.5]]}',
    bytes: 21,
    problem: null,
  },
  instances: 1,
  apiUrl: 'http://127.0.0.1:1/evaluate',
  standInUrl: 'http://127.0.0.1:2',
  autoscaling: {
    minCapacity: 1,
    maxCapacity: 4,
    metric: 'SageMakerVariantInvocationsPerInstance',
    targetValue: 3_000,
    scaleOutCooldownSeconds: 300,
    scaleInCooldownSeconds: 300,
    policies: [{ name: 'mlbench-target-tracking', type: 'TargetTrackingScaling' }],
  },
  emulatedCapacity: 'emulated capacity: an instance takes 2 requests at a time',
  expiry: null,
  resources: [{ kind: 'endpoint', name: 'mlbench', outcome: 'created' }],
  elapsedMs: 1_230,
};

function sampleOf(body: string): NonNullable<UpOutcome['sampleRequest']> {
  return { from: 'inputs', path: '/s/sample-request.json', body, bytes: body.length, problem: null };
}

describe('up', () => {
  it('asks for a body where nobody knows a valid request, and says why none is known', () => {
    const linesOf = (sampleRequest: UpOutcome['sampleRequest']) =>
      upLines({ ...upOutcome, sampleRequest }, plainStyle, 100).join('\n');
    const next = 'Next: mlbench load --users 200 --ramp 10 --body @FILE\n';
    expect(linesOf(null)).toContain(next);
    expect(linesOf(null)).toContain('  request      none is known; pass --body @FILE to load and invoke\n');
    const refused = linesOf({ ...sampleOf('{}'), problem: 'the model does not answer: too \u001b[2J small' });
    expect(refused).toContain(next);
    expect(refused).toContain(
      '  request      none is known: the model does not answer: too \\x1b[2J small\n',
    );
  });

  it('shows the request on one line, cut where the screen ends', () => {
    const long = JSON.stringify({ instances: [new Array(100).fill(0.5)] }, null, 1);
    const lines = upLines({ ...upOutcome, sampleRequest: sampleOf(long) }, plainStyle, 60);
    const at = lines.findIndex((line) => line.startsWith('  request'));
    expect(lines[at]).toBe('  request      { "instances": [ [ 0.5, 0.5, 0.5, 0.5, 0.5, …');
    expect(lines[at + 1]).toMatch(/^ {15}made from the model's inputs; in full in/);
  });

  it('says what is up, where, and what to type next', () => {
    expect(upLines(upOutcome, plainStyle, 100)).toEqual([
      'mlbench is up after 1.2s.',
      '',
      '  endpoint     mlbench, variant AllTraffic, 1 instance',
      '  autoscaling  1 to 4 instances, invocations held to 3,000 a minute and instance, cooldowns 5m out,',
      '               5m in',
      '  REST API     http://127.0.0.1:1/evaluate',
      '  stand-in     AWS_ENDPOINT_URL=http://127.0.0.1:2',
      '  capacity     emulated: an instance takes 2 requests at a time',
      '  request      {"instances":[[0.5]]}',
      "               made from the model's inputs; in full in /s/experiments/mlbench/sample-request.json",
      '',
      'Next: mlbench load --users 200 --ramp 10',
      '      mlbench watch-scaling in a second terminal',
      '      mlbench down removes everything',
    ]);
  });

  it('says when AWS ends it', () => {
    const expiry = { at: '2026-11-22T20:51:30.000Z', inMs: 29_000 };
    const text = upLines({ ...upOutcome, expiry }, plainStyle, 100).join('\n');
    expect(text).toContain('expires      2026-11-22 20:51 UTC, in a moment: AWS deletes the endpoint then');
  });

  it('leaves out what is not there, and names another experiment in what to type', () => {
    const text = upLines(
      {
        ...upOutcome,
        experiment: 'b',
        apiUrl: null,
        standInUrl: null,
        autoscaling: null,
        emulatedCapacity: null,
        resources: [{ kind: 'endpoint', name: 'b', outcome: 'unchanged' }],
      },
      plainStyle,
      100,
    ).join('\n');
    expect(text).toMatch(/^Nothing to change/);
    expect(text).toContain('off: the number of instances is fixed');
    expect(text).toContain('mlbench down --name b');
    expect(text).not.toMatch(/REST API|stand-in|emulated/);
  });
});

describe('down', () => {
  it('says that nothing is left', () => {
    const removed = [{ kind: 'endpoint', name: 'mlbench' }];
    expect(downLines({ exitCode: 0, removed, left: [] }, 'mlbench', plainStyle, 100)).toEqual([
      'mlbench is down: 1 resource removed, nothing is left.',
    ]);
    expect(downLines({ exitCode: 0, removed: [], left: [] }, 'x', plainStyle, 100)).toEqual([
      'Nothing was up under the name x; nothing is left.',
    ]);
  });

  it('names what is left, why, and what to do', () => {
    const left = [{ kind: 'scalable-target', name: 'mlbench', reason: 'it still updates' }];
    expect(downLines({ exitCode: 6, removed: [], left }, 'mlbench', plainStyle, 100)).toEqual([
      'Something is left of mlbench:',
      '  ✖ scalable target mlbench: it still updates',
      '',
      'Next: remove the reason and repeat mlbench down',
    ]);
  });
});

describe('load', () => {
  const lines = (result: RunResult, width = 100) =>
    loadLines(
      { exitCode: 0, result, runDirectory: '/r', reportPath: '/r/report.html' },
      'mlbench',
      plainStyle,
      width,
    );

  it('shows counts, percentiles from median to maximum, the verdict and the report', () => {
    expect(lines(runResult())).toEqual(
      [
        'Run 20260101T000000Z-abcd',
        '',
        '  requests     12,000 sent, 12,000 succeeded, 0 failed',
        '  rate         200.0 requests/s, over 1m',
        '',
        '                    p50    p66    p75    p80    p90    p95    p98    p99   p99.9  p99.99     max',
        '  response time     2ms  2.5ms    3ms  3.2ms    4ms    5ms    8ms    9ms    12ms    15ms    16ms',
        '  service time   1.8ms 2.25ms  2.7ms 2.88ms  3.6ms  4.5ms  7.2ms  8.1ms  10.8ms  13.5ms  14.4ms',
        '',
        'VALID  the measurement can be believed',
        '',
        'Report: /r/report.html',
      ].map((line) => expect.stringMatching(loosely(line))),
    );
  });

  it('names what to do next for an experiment, and no report that could not be written', () => {
    const scaling = {
      capacityEmulated: false,
      timeScale: 1,
      instances: { atStart: 1, max: 1, atEnd: 1 },
      scaleOuts: 0,
      scaleIns: 0,
    };
    const outcome = {
      exitCode: 1 as const,
      result: runResult({ scaling }),
      runDirectory: '/r',
      reportPath: null,
    };
    const text = loadLines(outcome, 'other', plainStyle, 100).join('\n');
    expect(text).toContain('mlbench watch-scaling --name other to see it scale in');
    expect(text).not.toContain('Report');
  });

  it('says what the fleet was last seen to be, and not that it is so, where the endpoint went', () => {
    const scaling = {
      capacityEmulated: false,
      timeScale: 1,
      instances: { atStart: 1, max: 2, atEnd: 2 },
      scaleOuts: 1,
      scaleIns: 0,
      lastSeen: {
        instances: 2,
        at: '2026-01-01T12:03:05.000Z',
        cloudTimeMs: 9_000,
        because: 'gone' as const,
      },
    };
    const text = lines(runResult({ scaling }), 120).join('\n');
    expect(text).toContain(
      'instances    1 at the start, 2 at most; 2 instances, last seen at 12:03:05 UTC (the endpoint is gone)',
    );
    expect(text).toContain('Next:   mlbench status to see what is there now');
    expect(text).not.toContain('watch-scaling');
  });

  it('on a narrow terminal puts the percentiles below each other', () => {
    const text = lines(runResult(), 60).join('\n');
    expect(text).toMatch(/response +service\n +p50 +2ms +1\.8ms\n/);
    for (const line of lines(runResult(), 60).slice(0, 16)) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('invents no latency where nothing was answered', () => {
    const none = Object.fromEntries(Object.keys(latencySummary()).map((key) => [key, null]));
    const latencyUs = { ...runResult().latencyUs, response: { ...none, count: 0 } as never };
    expect(lines(runResult({ latencyUs })).join('\n')).toMatch(/response time +– +–/);
  });

  it('groups errors, the commonest first, and counts the kinds left out', () => {
    const error = (count: number, status: number) =>
      ({ kind: 'model', status, message: 'the queue is full', count, firstAt: '', lastAt: '' }) as const;
    const errors = [
      error(900, 424),
      error(80, 0),
      error(7, 500),
      error(5, 501),
      error(3, 502),
      error(1, 503),
    ];
    const text = lines(runResult({ errors })).join('\n');
    expect(text).toMatch(/900 +424 model +the queue is full/);
    expect(text).toMatch(/80 +model +the queue is full/);
    expect(text).toContain('and 1 more kinds of errors in result.json');
  });

  it('shows each expectation with what was observed, in its own unit', () => {
    const thresholds = [
      { ...parseExpectation('p99<200ms'), observed: 41_000, passed: true },
      { ...parseExpectation('errors<1%'), observed: 0.0234, passed: false },
      { ...parseExpectation('rate>450'), observed: 200, passed: false },
      { ...parseExpectation('p99.99<1s'), observed: null, passed: false },
    ];
    const text = lines(runResult({ thresholds })).join('\n');
    expect(text).toContain('✔ p99<200ms  it was 41ms');
    expect(text).toContain('✖ errors<1%  it was 2.34%');
    expect(text).toContain('✖ rate>450  it was 200.0/s');
    expect(text).toContain('✖ p99.99<1s  nothing was measured');
  });

  it('answers two questions with a verdict each, and never ticks what cannot be believed', () => {
    const requests = { ...runResult().requests, succeeded: 9_600, failed: 2_400 };
    const met = { ...parseExpectation('p99<200ms'), observed: 41_000, passed: true };
    const missed = { ...parseExpectation('errors<1%'), observed: 0.2, passed: false };
    const invalid: Partial<RunResult> = { validity: { verdict: 'INVALID', checks: [] } };
    const judged = (changes: Partial<RunResult>) => lines(runResult({ requests, ...changes })).join('\n');
    expect(judged({ thresholds: [met, missed] })).toMatch(
      /VALID {2}the measurement can be believed\nMISSED {2}the service did not do what was expected: 1 of 2/,
    );
    expect(judged({})).toContain(
      'NOT JUDGED  20% of the requests failed, and no expectation was given that says whether this is too',
    );
    expect(judged({ thresholds: [met] })).toMatch(
      /MET {2}the service did what was expected; 20% of the requests failed, and no\n? *expectation says/,
    );
    const both = judged({ ...invalid, thresholds: [met, missed] });
    expect(both).toMatch(
      /^INVALID {2}.*\nMISSED {2}the service did not do what was expected, if these figures were to be\s+believed: 1 of 2/m,
    );
    expect(both).toContain('? p99<200ms  it was 41ms');
    expect(both).not.toContain('✔');
  });

  it('says why figures must not be believed, and always that capacity was emulated and time ran faster', () => {
    const text = lines(
      runResult({
        validity: {
          verdict: 'INVALID',
          checks: [
            { name: 'generatorBusy', severity: 'error', observed: 0.99, limit: 0.95, passed: false },
            { name: 'loopLag', severity: 'warning', observed: 60_000, limit: 50_000, passed: false },
            { name: 'bookkeeping', severity: 'error', observed: 0, limit: 0, passed: true },
            { name: 'brandNew', severity: 'error', observed: 2, limit: 1, passed: false },
          ],
        },
        scaling: {
          capacityEmulated: true,
          timeScale: 20,
          instances: { atStart: 1, max: 4, atEnd: 3 },
          scaleOuts: 2,
          scaleIns: 1,
        },
        costUsd: {
          total: 0.0839,
          instanceHours: 0.7296,
          charged: false,
          note: 'Nothing was charged: the stand-in is free. …',
        },
      }),
    ).join('\n');
    expect(text).toContain('INVALID  do not rely on these figures');
    expect(text).toContain('! generatorBusy: 99%, at most 95% would do; a load worker had no time left');
    expect(text).toContain('! loopLag (warning): 60ms, at most 50ms would do');
    expect(text).not.toContain('bookkeeping');
    expect(text).toContain('! brandNew: 2, at most 1 would do; see docs/measurement.md');
    expect(text).toContain('1 at the start, 4 at most, 3 at the end');
    expect(text).toContain('nothing; on AWS $0.084 for 0.73 instance hours');
    expect(text).toMatch(/capacity of the instances was emulated[\s\S]*clock ran 20 times faster/);
  });
});

it('run ends with what became of everything and the report’s path', () => {
  const outcome: RunOutcome = {
    exitCode: 0,
    up: upOutcome,
    load: { exitCode: 0, result: runResult(), runDirectory: '/r', reportPath: '/r/report.html' },
    down: { exitCode: 0, removed: [{ kind: 'endpoint', name: 'mlbench' }], left: [] },
    reportPath: '/r/report.html',
  };
  const text = runLines(outcome, 'mlbench', plainStyle, 100).join('\n');
  expect(text).toMatch(/nothing is left\.\n\nReport: \/r\/report\.html$/);
  expect(text.match(/report\.html/g)).toHaveLength(1);
  expect(runLines({ ...outcome, down: null }, 'mlbench', plainStyle, 100).join('\n')).toContain(
    'is still up; mlbench down removes it',
  );
});

describe('invoke', () => {
  const outcome: InvokeOutcome = {
    exitCode: 0,
    status: 200,
    contentType: 'application/json',
    body: '{"predictions":[]}\n',
    variant: 'AllTraffic',
    elapsedMs: 12.4,
    error: null,
    sent: { from: 'given', path: null, body: '{}', bytes: 2 },
  };

  it('gives the answer as it came, and a remark about it', () => {
    expect(invokeLines(outcome, plainStyle, 80)).toEqual({
      answer: '{"predictions":[]}',
      remarks: ['200 application/json, 12.4ms, variant AllTraffic'],
    });
  });

  it('says what was sent that nobody named, and where it is from', () => {
    const sent = (from: 'file' | 'archive' | 'inputs', body: string | null) =>
      invokeLines({ ...outcome, sent: { from, path: '/m/s.json', body, bytes: 70_000 } }, plainStyle, 80)
        .remarks[0];
    expect(sent('file', '{"instances": [\n [1]]}')).toBe('sent {"instances": [ [1]]}, from /m/s.json');
    expect(sent('archive', '{}')).toBe("sent {}, from the model's archive");
    expect(sent('inputs', `[${'1,'.repeat(60)}1]`)).toHaveLength(80);
    expect(sent('inputs', null)).toBe("sent 68.4 KiB, made from the model's inputs");
  });

  it('names the error and the model’s own status', () => {
    const error = { code: 'ModelError', message: 'busy', originalStatusCode: 503 };
    expect(invokeLines({ ...outcome, status: 424, body: '', error }, plainStyle, 80)).toEqual({
      answer: undefined,
      remarks: ['424 ModelError (the model answered 503): busy, 12.4ms'],
    });
  });
});

describe('status', () => {
  const status: StatusOutcome = {
    exitCode: 0,
    experiment: 'mlbench',
    target: 'local',
    up: true,
    endpointName: 'mlbench',
    endpointStatus: 'Updating',
    variants: [{ name: 'AllTraffic', instanceType: 'ml.m5.large', current: 1, desired: 4, weight: 1 }],
    autoscaling: upOutcome.autoscaling,
    alarms: [{ name: 'TargetTracking-endpoint/e/variant/v-AlarmHigh-1', state: 'ALARM', reason: 'over' }],
    apiUrl: null,
    standIn: { url: 'http://127.0.0.1:2', pid: 7, timeScale: 20, healthy: true },
    emulatedCapacity: null,
    expiry: null,
    resources: [{ kind: 'object', name: `s3://b/models/${'a'.repeat(64)}/model.tar.gz`, state: 'present' }],
    runs: ['1', '2', '3', '4'],
  };

  it('shows what is up', () => {
    const text = statusLines(status, plainStyle, 100).join('\n');
    expect(text).toContain('endpoint     mlbench: Updating');
    expect(text).toContain('AllTraffic: 1 → 4 of ml.m5.large');
    expect(text).toContain('scale out (high): ALARM');
    expect(text).toContain('pid 7, time runs 20×');
    expect(text).toContain('runs (4)     4, 3, 2');
    expect(text).toContain('present  s3://b/models/aaaaaaaa…/model.tar.gz');
  });

  it('says when AWS ends it, and when that is past', () => {
    const at = '2026-11-22T20:51:30.000Z';
    const ends = (inMs: number, up: boolean) =>
      statusLines({ ...status, up, expiry: { at, inMs } }, plainStyle, 200).join('\n');
    expect(ends(7_100_000, true)).toContain(
      'expires      2026-11-22 20:51 UTC, in 1h58m: AWS deletes the endpoint then',
    );
    expect(ends(-60_000, false)).toContain(
      'expires      2026-11-22 20:51 UTC, 1m ago: AWS was to delete the endpoint then',
    );
  });

  it('says that nothing is up, and of a stand-in that does not answer', () => {
    const standIn = { url: 'http://127.0.0.1:2', pid: 7, timeScale: 20, healthy: false };
    const text = statusLines({ ...status, up: false, standIn, resources: [] }, plainStyle, 100).join('\n');
    expect(text).toMatch(/^Nothing is up under the name mlbench\./);
    expect(text).toContain('stand-in');
    expect(text).toContain('pid 7 does not answer');
    expect(text).toMatch(/Next: mlbench up$/);
  });

  it('shows what is on record of an experiment whose stand-in died, and the way down', () => {
    const text = statusLines({ ...status, up: false, standIn: null }, plainStyle, 100).join('\n');
    expect(text).toMatch(/^mlbench is not up, but resources of it are on record\./);
    expect(text).toContain('present  s3://b/models/aaaaaaaa…/model.tar.gz');
    expect(text).toMatch(/Next: mlbench up or mlbench down$/);
  });
});

/** Columns may be wider or narrower; words and their order may not change. */
function loosely(line: string): RegExp {
  const escaped = line.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^\\s*${escaped.replace(/\s+/g, '\\s+')}$`);
}
