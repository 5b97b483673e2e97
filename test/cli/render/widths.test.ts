import { describe, expect, it } from 'vitest';
import { checkLines } from '../../../src/cli/render/checkup-lines.ts';
import { downLines } from '../../../src/cli/render/down-summary.ts';
import { loadLines } from '../../../src/cli/render/load-summary.ts';
import { planLines } from '../../../src/cli/render/plan-summary.ts';
import { loadProgressLine, topErrorLines } from '../../../src/cli/render/progress/load-progress.ts';
import { runLines } from '../../../src/cli/render/run-summary.ts';
import { scaleOutLines } from '../../../src/cli/render/scale-out-lines.ts';
import { upLines } from '../../../src/cli/render/up-summary.ts';
import { renderWatch } from '../../../src/cli/render/watch/watch-screen.ts';
import { plainStyle, type Style } from '../../../src/cli/terminal/style.ts';
import { displayWidth } from '../../../src/cli/terminal/text.ts';
import type { DownOutcome, PlanOutcome, UpOutcome } from '../../../src/experiment/contract/outcomes.ts';
import { applyToWatch, emptyWatchState } from '../../../src/observe/watch-state.ts';
import type { TimelineFact } from '../../../src/record/schemas/timeline.ts';
import { sampleRun } from '../../report/sample-run.ts';
import { latencySummary, loadProgress, runResult } from './samples.ts';

/** Words that stand at the very end of what is shown: a text that is cut loses them first. */
const reason = 'because of the very last reason';
const arn =
  'arn:aws:sagemaker:eu-central-1:123456789012:endpoint/a-name-that-somebody-has-chosen-and-that-is-long';
const url = 'https://runtime.sagemaker.eu-central-1.amazonaws.com/endpoints/a-very-long-name/invocations';
const long = `The model ${arn} answered with status 503 to ${url} ${reason}`;

const result = runResult({
  runId: '20260101T000000Z-abcd-of-a-long-name',
  requests: { intended: 12e6, sent: 12e6, succeeded: 11e6, failed: 1e6, dropped: 5e5, inFlightAtEnd: 999 },
  requestsByName: {
    'GET /a/very/long/path/of/a/request/that/has/a/name': {
      ...{ method: 'GET', succeeded: 1e6, failed: 12_345, meanBodyBytes: 1 },
      responseUs: latencySummary(),
    },
  },
  errors: [{ kind: 'model', status: 424, message: long, count: 1_000_000, firstAt: '', lastAt: '' }],
  thresholds: [
    {
      ...{
        expression: 'p99.99(service)<1234567ms',
        quantity: 'percentile',
        percentile: 99.99,
        comparison: '<',
      },
      ...{ latency: 'service', value: 1_234_567_000, unit: 'us', observed: 2_345_678_000, passed: false },
    },
  ],
  validity: {
    verdict: 'INVALID',
    checks: [
      { name: 'sendLag', severity: 'error', observed: 123_456, limit: 5_000, passed: false, unit: 'us' },
    ],
  },
  scaling: sampleRun().result.scaling,
  costUsd: { total: 1.25, instanceHours: 3.5, charged: false, note: long },
});
const load = {
  exitCode: 0 as const,
  result,
  runDirectory: url,
  reportPath: `/home/somebody/${arn}/report.html`,
};

const kept = { action: 'keep' as const, differences: [] };
const plan: PlanOutcome = {
  exitCode: 0,
  experiment: 'an-experiment-of-a-long-name',
  target: 'aws',
  region: 'eu-central-1',
  resources: [
    { kind: 'bucket', name: 'mlbench-123456789012-eu-central-1-a-long-name', ...kept },
    {
      kind: 'iam-role',
      name: 'mlbench-an-experiment-of-a-long-name-expiry',
      action: 'change',
      differences: [long],
      document: { Statement: [{ Effect: 'Allow', Resource: [arn] }] },
    },
  ],
  costUsd: {
    ...{ instanceType: 'ml.m5.24xlarge', instances: 10, maxInstances: 60, perInstanceHour: 5.53 },
    ...{ perHour: 55.3, perHourAtMax: 331.8, source: 'pricing-api', note: long },
  },
  expiry: { at: '2026-11-22T20:51:30.000Z', inMs: 3_600_000 },
  sampleRequest: {
    ...{ from: 'file', path: url, body: '{"instances":[[1]]}', bytes: 19, problem: null },
  },
};
const up = {
  exitCode: 0,
  experiment: 'an-experiment-of-a-long-name',
  endpointName: 'an-endpoint-of-a-long-name-that-somebody-has-chosen',
  variantName: 'AllTraffic',
  instances: 1,
  autoscaling: null,
  apiUrl: url,
  standInUrl: 'http://127.0.0.1:45660',
  emulatedCapacity: `emulated capacity: ${long}`,
  expiry: plan.expiry,
  resources: [],
  elapsedMs: 12_000,
  sampleRequest: { from: 'inputs', path: url, body: '{"instances":[[1]]}', bytes: 19, problem: null },
} as unknown as UpOutcome;
const down = {
  exitCode: 6,
  removed: [],
  left: [{ kind: 'endpoint', name: arn, reason: long, remedy: `open ${url}` }],
} as unknown as DownOutcome;

const watched: TimelineFact[] = [
  { type: 'capacity', current: 1, desired: 3, endpointStatus: 'Updating' },
  ...[100, 4_800, 123_456_789].map(
    (value): TimelineFact => ({
      ...{ type: 'metric', metricName: 'ConcurrentRequestsPerModel', statistic: 'Maximum' },
      ...{ periodSeconds: 60, value, target: 3_000 },
    }),
  ),
  {
    ...{ type: 'alarm', alarmName: arn, side: 'other', state: 'ALARM', previousState: 'OK' },
    reason: `Threshold Crossed: 1 datapoint [6000.0 (22/11/26 17:00:00)] was greater than it ${reason}`,
  },
  {
    ...{ type: 'activity', activityId: '1', status: 'InProgress', statusMessage: '', cause: '' },
    description: 'Setting desired instance count to 3.',
    explanation: `AlarmHigh: 6,280, 6,000, 6,000 > 3,000 for 3 of 3 → ceil(1 × 6,280 / 3,000) = 3, ${reason}`,
  },
];

function watch(width: number, style: Style): string[] {
  const state = emptyWatchState();
  watched.forEach((fact, index) => {
    applyToWatch(state, { at: '2026-01-01T00:00:00.000Z', cloudTimeMs: index * 60_000, ...fact });
  });
  const facts = { endpointName: arn, variantName: 'AllTraffic', capacityEmulated: true, timeScale: 20 };
  return renderWatch(state, { facts, cloudTimeMs: 400_000, hint: reason }, width, 60, style);
}

const renderers: [string, number, (width: number, style: Style) => string[]][] = [
  ['load', 1, (width, style) => loadLines(load, up.experiment, style, width)],
  [
    'run',
    2,
    (width, style) =>
      runLines({ exitCode: 0, up, load, down, reportPath: load.reportPath } as never, 'x', style, width),
  ],
  ['up', 1, (width, style) => upLines(up, style, width)],
  ['up --plan', 2, (width, style) => planLines(plan, style, width)],
  ['down', 1, (width, style) => downLines(down, up.experiment, style, width)],
  [
    'doctor',
    2,
    (width, style) =>
      checkLines({ name: 'quota', verdict: 'failed', found: long, remedy: long, details: [] }, style, width),
  ],
  ['the scale-outs of a run', 0, (width, style) => scaleOutLines(result.scaling, style, width)],
  ['watch-scaling', 3, watch],
  [
    'the progress of a load',
    1,
    (width, style) => [
      loadProgressLine(loadProgress(), { current: 1, desired: 4, lastSeen: null }, style, width),
      ...topErrorLines(
        loadProgress({
          topErrors: [{ kind: 'model', status: 424, message: long, count: 1, firstAt: '', lastAt: '' }],
        }),
        style,
        width,
      ),
    ],
  ],
];

describe.each([40, 80, 120])('on a screen of %d columns', (width) => {
  it.each(renderers)('%s fits, and keeps its reasons whole', (_, reasons, render) => {
    const lines = render(width, plainStyle);
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text.split(reason).length - 1).toBe(reasons);
    expect(text).not.toContain('…');
    // No word is broken that a line could hold.
    const seen = new Set(text.split(/ +/));
    for (const word of wordsOf(render)) expect(seen, word).toContain(word);
  });
});

/** Of the long texts, the words that the renderer shows where nothing has to break. */
function wordsOf(render: (width: number, style: Style) => string[]): string[] {
  const shown = new Set(render(10_000, plainStyle).flatMap((line) => line.split(/ +/)));
  return long.split(' ').filter((word) => /^[a-z0-9]+$/i.test(word) && shown.has(word));
}
