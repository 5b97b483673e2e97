import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../src/commands/simulate.ts';
import type { SimulateOptions } from '../../src/experiment/simulation/simulate-options.ts';
import { parseExpectation } from '../../src/record/judgement/expectation.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { writeRecord } from '../record/support/write-record.ts';
import { sampleRun } from '../report/sample-run.ts';
import { makeStateFolder, type StateFolder } from './state-folder.ts';

const minuteMs = 60_000;
let folder: StateFolder;

beforeEach(() => {
  folder = makeStateFolder();
});
afterEach(() => folder.dispose());

function run(options: SimulateOptions) {
  return simulate(options, folder.context());
}

function file(name: string, content: unknown): string {
  const path = join(folder.path, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const tracking = (target: number, metric = 'SageMakerVariantInvocationsPerInstance') => ({
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: target,
    PredefinedMetricSpecification: { PredefinedMetricType: metric },
  },
});

const alarmOf = (changes: object) => ({
  Namespace: 'AWS/SageMaker',
  MetricName: 'InvocationsPerInstance',
  Statistic: 'Sum',
  Period: 60,
  ...changes,
});
const busySteps = {
  PolicyName: 'out',
  PolicyType: 'StepScaling',
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 50, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 50, ScalingAdjustment: 3 },
    ],
    Cooldown: 180,
    MetricAggregationType: 'Maximum',
  },
  MetricAlarms: [
    alarmOf({ EvaluationPeriods: 2, Threshold: 100, ComparisonOperator: 'GreaterThanThreshold' }),
  ],
};
const idleSteps = {
  PolicyName: 'back',
  PolicyType: 'StepScaling',
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'PercentChangeInCapacity',
    StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -50 }],
    Cooldown: 60,
  },
  MetricAlarms: [alarmOf({ EvaluationPeriods: 3, Threshold: 20, ComparisonOperator: 'LessThanThreshold' })],
};

describe('simulate', () => {
  it('predicts with the defaults of up and load: half the emulated capacity as target, users once a second', async () => {
    const outcome = await run({ users: 150, durationMs: 30 * minuteMs });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.policies).toEqual([
      expect.objectContaining({
        PolicyName: 'target-3000',
        TargetTrackingScalingPolicyConfiguration: expect.objectContaining({ TargetValue: 3_000 }),
      }),
    ]);
    expect(outcome.minutes).toHaveLength(30);
    // An overloaded instance hides demand: 100 a second show, 6,000 a minute, so 2 at first.
    expect(outcome.summary.changes[0]?.to).toBe(2);
    expect(outcome.summary.cost.note).toContain('ml.m5.large');
  });

  it('takes the same input to the same output, dates included', async () => {
    const options: SimulateOptions = {
      rateRps: 150,
      arrivals: 'poisson',
      seed: 9,
      durationMs: 20 * minuteMs,
    };
    expect(await run(options)).toEqual(await run(options));
  });

  it('sweeps, names the front and the winner, and writes the winning policy for up', async () => {
    const outPolicy = join(folder.path, 'best.json');
    const outcome = await run({
      stages: [
        { durationMs: 0, level: 20 },
        { durationMs: 90 * minuteMs, level: 180 },
      ],
      sweep: { target: [1_500, 3_100, 4_700, 9_000], scaleOutCooldown: [60, 300] },
      outPolicy,
    });
    expect(outcome.candidates).toHaveLength(8);
    expect(outcome.pareto).toContain(outcome.winner);
    const written = JSON.parse(readFileSync(outPolicy, 'utf8'));
    expect(written).toEqual(outcome.policies[0]);
    expect(outcome.winner).toContain(
      `target=${written.TargetTrackingScalingPolicyConfiguration.TargetValue}`,
    );
    // What it wrote is taken again, and gives the same.
    const again = await run({
      stages: [
        { durationMs: 0, level: 20 },
        { durationMs: 90 * minuteMs, level: 180 },
      ],
      policyFiles: [outPolicy],
    });
    expect(again.summary.changes).toEqual(outcome.summary.changes);
  });

  it('compares policies side by side, or lets them act together', async () => {
    const policyFiles = [file('low.json', tracking(1_500)), file('high.json', tracking(4_500))];
    const options: SimulateOptions = { rateRps: 130, durationMs: 60 * minuteMs, policyFiles };
    const compared = await run({ ...options, compare: true });
    expect(compared.candidates.map(({ name, summary }) => [name, summary.instances.max])).toEqual([
      ['low', 4],
      ['high', 2],
    ]);
    const busy = { ...tracking(40, 'SageMakerVariantConcurrentRequestsPerModelHighResolution') };
    const together = await run({ ...options, policyFiles: [policyFiles[0]!, file('busy.json', busy)] });
    expect(together.candidates).toEqual([]);
    // The largest capacity wins.
    expect(together.summary.instances.max).toBe(4);
  });

  it('scales by steps when the alarms of the policy file say so, and writes them for up', async () => {
    const outPolicy = join(folder.path, 'best.json');
    const outcome = await run({
      stages: [
        { durationMs: 0, level: 160 / 60 },
        { durationMs: 10 * minuteMs, level: 160 / 60 },
        { durationMs: 0, level: 440 / 60 },
        { durationMs: 10 * minuteMs, level: 440 / 60 },
      ],
      settleMs: 13 * minuteMs,
      maxCapacity: 6,
      policyFiles: [file('steps.json', [busySteps, idleSteps])],
      outPolicy,
    });
    // As docs/scaling.md tells it.
    expect(outcome.summary.changes.map(({ askedMs, to }) => [askedMs / minuteMs, to])).toEqual([
      [3, 4],
      [13, 5],
      [24, 3],
      [26, 2],
      [28, 1],
    ]);
    expect(JSON.parse(readFileSync(outPolicy, 'utf8'))).toEqual([busySteps, idleSteps]);
    expect(outcome.events).toContainEqual(expect.objectContaining({ type: 'alarm', alarmName: 'out-1' }));
  });

  it('lets scheduled actions set the range, by the clock of their zone', async () => {
    const morning = {
      ScheduledActionName: 'morning',
      Schedule: 'cron(0 8 * * ? *)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 3 },
    };
    const options: SimulateOptions = {
      rateRps: 10,
      durationMs: 30 * minuteMs,
      startAtMs: Date.parse('2026-07-01T05:50:00Z'),
      scheduledActionFiles: [file('morning.json', morning)],
    };
    const outcome = await run(options);
    expect(outcome.summary.changes).toEqual([
      expect.objectContaining({ from: 1, to: 3, askedMs: 10 * minuteMs, breachedSinceMs: null }),
    ]);
    expect(outcome.events).toContainEqual(
      expect.objectContaining({ type: 'activity', cause: 'minimum capacity was set to 3' }),
    );
    expect((await run({ ...options, suspend: ['scheduled'] })).summary.changes).toEqual([]);
  });

  it('leaves suspended scaling alone', async () => {
    const options: SimulateOptions = { rateRps: 150, durationMs: 20 * minuteMs };
    expect((await run(options)).summary.scaleOuts).toBe(1);
    const suspended = await run({ ...options, suspend: ['scale-out'] });
    expect(suspended.summary.scaleOuts).toBe(0);
    expect(suspended.events).toContainEqual(expect.objectContaining({ type: 'alarm', state: 'ALARM' }));
  });

  it('takes load and service times from a recorded run', async () => {
    const sample = (cloudTimeMs: number, users: number): TimelineEvent => ({
      at: new Date(cloudTimeMs).toISOString(),
      cloudTimeMs,
      type: 'load',
      elapsedMs: cloudTimeMs / 20,
      intervalMs: 1_000,
      users,
      rateRps: users,
      intendedRateRps: null,
      failed: 0,
      inFlight: 1,
      responseUs: null,
    });
    const timeline = Array.from({ length: 60 }, (_, index) =>
      sample((index + 1) * 20_000, index < 30 ? 20 : 60),
    );
    writeRecord(join(folder.path, 'runs', 'recorded'), { result: sampleRun().result, timeline });
    const outcome = await run({ fromRun: 'recorded', concurrency: 64 });
    expect(outcome.minutes).toHaveLength(20);
    expect(outcome.assumptions.service.kind).toBe('empirical');
    expect(outcome.assumptions.load.drivenBy).toBe('users');
    // That run was overloaded: what it took says little of what an instance carries.
    expect(folder.events).toContainEqual(
      expect.objectContaining({
        type: 'notice',
        level: 'warning',
        message: expect.stringContaining('19.7ms'),
      }),
    );
  });

  it.each(['closed', 'open', 'stages', 'trace', 'scenario', 'scaling'])(
    'takes them from a record of an older version too: %s',
    async (name) => {
      const outcome = await run({ fromRun: join('test/record/fixtures/version-0.1', name), concurrency: 64 });
      expect(outcome.assumptions.service.kind).toBe('empirical');
      expect(outcome.summary.requests.offered).toBeGreaterThan(50);
    },
  );

  it('refuses a record that is cut short, by the name of the file', async () => {
    const path = join(folder.path, 'runs', 'cut');
    writeRecord(path, sampleRun());
    truncateSync(join(path, 'timeline.ndjson'), 5_000);
    await expect(run({ fromRun: 'cut' })).rejects.toMatchObject({
      code: 'run-truncated',
      exitCode: 2,
      message: expect.stringContaining('--from-run cut: timeline.ndjson is cut short'),
    });
  });

  it('reads a trace of arrivals', async () => {
    const stamps = Array.from(
      { length: 1_200 },
      (_, index) =>
        `2026-01-01T00:${String(Math.floor(index / 60)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}Z`,
    );
    const outcome = await run({
      traceFile: file('trace.csv', `timestamp\n# a comment\n${stamps.join('\n')}\n`),
    });
    expect(outcome.summary.requests.offered).toBeCloseTo(1_200, 6);
    expect(outcome.minutes[3]?.metric).toBe(60);
  });

  it('holds a prediction to expectations: exit code 4 for one that is missed', async () => {
    const outcome = await run({
      rateRps: 150,
      durationMs: 10 * minuteMs,
      expectations: ['p99<200ms', 'errors<90%'].map((text) => parseExpectation(text)),
    });
    expect(outcome.exitCode).toBe(4);
    expect(outcome.thresholds.map(({ passed }) => passed)).toEqual([false, true]);
    expect(outcome.expectations).toEqual({ verdict: 'MISSED' });
    const expectations = [parseExpectation('errors<90%')];
    expect(await run({ rateRps: 150, durationMs: minuteMs, expectations })).toMatchObject({
      exitCode: 0,
      expectations: { verdict: 'MET' },
    });
    expect(await run({ rateRps: 150, durationMs: minuteMs })).toMatchObject({
      expectations: { verdict: 'NONE' },
    });
    expect(outcome.summary.sloUs).toBe(200_000);
  });

  it('writes a page that claims no measurement', async () => {
    const html = join(folder.path, 'page.html');
    await run({ rateRps: 150, durationMs: 30 * minuteMs, html });
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('predicted, not measured');
    expect(page).not.toContain('VALID');
    expect(page).toContain('Setting desired instance count to 3');
    expect(page).not.toContain('Candidates');
  });

  it('writes a page of a sweep with a row a candidate, and names the winner by its own values', async () => {
    const html = join(folder.path, 'sweep.html');
    const { candidates, winner, policies } = await run({
      rateRps: 150,
      durationMs: 30 * minuteMs,
      sweep: { target: [1_500, 3_100], scaleOutCooldown: [60, 300] },
      html,
    });
    const page = readFileSync(html, 'utf8');
    const rows = [...page.matchAll(/<th scope="row">(target=[^<]+)<\/th>/g)].map(([, name]) => name);
    expect(rows).toEqual(candidates.map(({ name }) => name));
    expect(page).toContain(`of cloud time under ${winner}.`);
    const { PolicyName, TargetTrackingScalingPolicyConfiguration: tracking } = policies[0]!;
    expect(PolicyName).toBe(`target-${tracking?.TargetValue}`);
    expect(page).toContain(`under ${winner}`);
  });

  it('leaves a policy of a file its name, whatever the name looks like', async () => {
    const mine = file('mine.json', { PolicyName: 'target-3000', ...tracking(3_000) });
    const sweep = { target: [1_500] };
    const { policies } = await run({ rateRps: 50, durationMs: 10 * minuteMs, policyFiles: [mine], sweep });
    expect(policies).toMatchObject([{ PolicyName: 'target-3000', ...tracking(1_500) }]);
  });
});

describe('simulate refuses what AWS would refuse, with AWS’s name for it, a remedy and exit code 2', () => {
  it.each<[string, () => SimulateOptions, string]>([
    [
      'a minimum above the maximum',
      () => ({ minCapacity: 3, maxCapacity: 2 }),
      'ValidationException: Maximum capacity cannot be less',
    ],
    [
      'a burstable type',
      () => ({ instanceType: 'ml.t2.medium' }),
      'ValidationException: Automatic scaling is not supported',
    ],
    ['a target of 0', () => ({ policyFiles: [file('p.json', tracking(0))] }), 'ValidationException'],
    [
      'an unknown metric',
      () => ({ policyFiles: [file('p.json', tracking(5, 'Nonsense'))] }),
      'ValidationException',
    ],
    [
      'gapped steps',
      () => ({
        policyFiles: [
          file('p.json', {
            PolicyType: 'StepScaling',
            StepScalingPolicyConfiguration: {
              AdjustmentType: 'ChangeInCapacity',
              StepAdjustments: [
                { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
                { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
              ],
            },
          }),
        ],
      }),
      'ValidationException',
    ],
    [
      'two policies that follow one metric, acting together',
      () => ({ policyFiles: [file('a.json', tracking(5)), file('b.json', tracking(6))] }),
      'ValidationException: Only one TargetTrackingScaling policy',
    ],
    [
      'steps without an alarm',
      () => ({ policyFiles: [file('p.json', { ...busySteps, MetricAlarms: [] })] }),
      'names no alarm',
    ],
    [
      'an alarm on what cannot be predicted',
      () => {
        const alarm = { ...busySteps.MetricAlarms[0], Namespace: 'Mine', MetricName: 'Mood' };
        return { policyFiles: [file('p.json', { ...busySteps, MetricAlarms: [alarm] })] };
      },
      'follows Mine Mood (Sum), which cannot be predicted',
    ],
    [
      'a schedule that never is',
      () => ({
        scheduledActionFiles: [
          file('s.json', {
            ScheduledActionName: 's',
            Schedule: 'cron(61 8 * * ? *)',
            ScalableTargetAction: { MinCapacity: 1 },
          }),
        ],
      }),
      'ValidationException: Schedule expression',
    ],
    [
      'a sweep of targets without target tracking',
      () => ({ sweep: { target: [1, 2] }, policyFiles: [file('p.json', busySteps)] }),
      '--sweep target: no policy of target tracking',
    ],
    [
      'autoscaling that is switched off and on',
      () => ({ autoscaling: false, policyFiles: [file('p.json', busySteps)] }),
      '--no-autoscaling contradicts',
    ],
    ['a file that is no policy', () => ({ policyFiles: [file('p.json', '[1')] }), 'is not JSON'],
    ['two loads', () => ({ users: 5, rateRps: 5 }), '--users 5 and --rate 5 are different loads'],
    ['no load', () => ({ rateRps: 0 }), '--rate 0 would never send a request'],
    ['an unknown run', () => ({ fromRun: 'nowhere' }), '--from-run nowhere: there is no such run'],
    [
      'an unpredictable expectation',
      () => ({ expectations: [parseExpectation('p42<1s')] }),
      'cannot be predicted',
    ],
    ['years', () => ({ settleMs: 1e12 }), 'more than can be simulated at once'],
    ['a comparison of one', () => ({ compare: true }), '--compare has only one policy'],
  ])('%s', async (_what, options, message) => {
    await expect(run({ durationMs: minuteMs, ...options() })).rejects.toMatchObject({
      message: expect.stringContaining(message),
      remedy: expect.stringMatching(/./),
      exitCode: 2,
    });
  });
});
