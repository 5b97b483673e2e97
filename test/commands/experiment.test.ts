import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { down } from '../../src/commands/down.ts';
import { invoke } from '../../src/commands/invoke.ts';
import { load } from '../../src/commands/load.ts';
import { localStart } from '../../src/commands/local-start.ts';
import { localStop } from '../../src/commands/local-stop.ts';
import { run } from '../../src/commands/run.ts';
import { status } from '../../src/commands/status.ts';
import { up } from '../../src/commands/up.ts';
import { parseExpectation } from '../../src/record/judgement/expectation.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { withLock } from '../../src/resources/engine/lock.ts';
import { neverAnswers } from '../docker/onnx-models.ts';
import { goneFrom, makeStateFolder, processesOf, type StateFolder } from './state-folder.ts';

let folder: StateFolder;

async function expectUserError(attempt: Promise<unknown>, code: string, ...words: string[]) {
  const error = (await attempt.catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ name: 'MlbenchError', code, exitCode: 2 });
  for (const word of words) expect(error.message).toContain(word);
}

describe('an experiment on the stand-in', () => {
  beforeAll(async () => {
    folder = makeStateFolder();
    const { elapsedMs, ...outcome } = await up({}, folder.context());
    expect(elapsedMs).toBeLessThan(5_000 * 4);
    expect(outcome).toMatchObject({
      exitCode: 0,
      endpointName: 'mlbench',
      instances: 1,
      autoscaling: { minCapacity: 1, maxCapacity: 4, targetValue: 3_000 },
      emulatedCapacity: expect.stringContaining('100 requests/s'),
    });
    expect(outcome.resources.map(({ outcome: did }) => did)).toEqual(Array(9).fill('created'));
  });

  afterAll(() => folder.dispose());

  it('answers by way of the runtime and of the API', async () => {
    const direct = await invoke({}, folder.context());
    expect(direct).toMatchObject({ exitCode: 0, status: 200, variant: 'AllTraffic', error: null });
    expect(JSON.parse(direct.body).predictions[0].label).toBe('Adelie');
    expect(await invoke({ via: 'api' }, folder.context())).toMatchObject({ status: 200, body: direct.body });
  });

  it("passes the model's refusal on", async () => {
    expect(await invoke({ body: '{broken' }, folder.context())).toMatchObject({
      exitCode: 1,
      status: 424,
      error: { code: 'ModelError', originalStatusCode: 400 },
    });
  });

  it('is unchanged by a second up', async () => {
    const { resources } = await up({}, folder.context());
    expect(new Set(resources.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
  });

  it('takes what differs and nothing else', async () => {
    const changed = (outcome: Awaited<ReturnType<typeof up>>) =>
      outcome.resources.filter(({ outcome: did }) => did !== 'unchanged').map(({ kind }) => kind);
    expect(changed(await up({ maxCapacity: 6 }, folder.context()))).toEqual(['scalable-target']);
    expect(changed(await up({ targetValue: 1_234 }, folder.context()))).toEqual(['scaling-policy']);
    expect(changed(await up({ autoscaling: false }, folder.context()))).toEqual([
      'scaling-policy',
      'scalable-target',
    ]);
    expect((await up({ maxCapacity: 4 }, folder.context())).autoscaling).toMatchObject({
      maxCapacity: 4,
      targetValue: 3_000,
    });
  });

  it('takes policies from files in place of its own, and goes back to it', async () => {
    const write = (name: string, policy: object) => {
      writeFileSync(join(folder.path, name), JSON.stringify(policy));
      return join(folder.path, name);
    };
    const tracking = write('tracking.json', {
      PolicyName: 'forty',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 40,
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      },
    });
    const steps = write('steps.json', {
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    const made = await up({ policyFiles: [tracking, steps] }, folder.context());
    expect(made.autoscaling).toMatchObject({
      targetValue: 40,
      policies: [
        { name: 'forty', type: 'TargetTrackingScaling' },
        { name: 'mlbench-step-scaling-2', type: 'StepScaling' },
      ],
    });
    expect(new Set((await up({}, folder.context())).resources.map(({ outcome }) => outcome))).toEqual(
      new Set(['unchanged']),
    );
    expect((await status(folder.context())).autoscaling?.policies).toHaveLength(2);
    const contradiction = { policyFiles: [steps], targetValue: 3 };
    await expect(up(contradiction, folder.context())).rejects.toMatchObject({ code: 'policy-contradiction' });
    const back = await up({ targetValue: 3_000 }, folder.context());
    expect(back.autoscaling?.policies).toEqual([
      { name: 'mlbench-target-tracking', type: 'TargetTrackingScaling' },
    ]);
  });

  it('makes the alarms that a policy of steps brings, for its own variant, and removes them with it', async () => {
    const path = join(folder.path, 'steps.json');
    const write = (Threshold: number) =>
      writeFileSync(
        path,
        JSON.stringify({
          PolicyName: 'steps',
          PolicyType: 'StepScaling',
          StepScalingPolicyConfiguration: {
            AdjustmentType: 'ChangeInCapacity',
            StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
          },
          MetricAlarms: [
            {
              Namespace: 'AWS/SageMaker',
              MetricName: 'InvocationsPerInstance',
              Statistic: 'Sum',
              Period: 60,
              EvaluationPeriods: 2,
              Threshold,
              ComparisonOperator: 'GreaterThanThreshold',
            },
          ],
        }),
      );
    const alarmsOf = ({ resources }: Awaited<ReturnType<typeof up>>) =>
      resources.flatMap(({ kind, name, outcome }) => (kind === 'metric-alarm' ? [[name, outcome]] : []));
    const options = { policyFiles: [path] };
    write(100);
    expect(alarmsOf(await up(options, folder.context()))).toEqual([['mlbench-steps-alarm-1', 'created']]);
    expect(alarmsOf(await up(options, folder.context()))).toEqual([['mlbench-steps-alarm-1', 'unchanged']]);
    write(200);
    expect(alarmsOf(await up(options, folder.context()))).toEqual([['mlbench-steps-alarm-1', 'updated']]);
    const { alarms, standIn } = await status(folder.context());
    expect(alarms.map(({ name }) => name)).toEqual(['mlbench-steps-alarm-1']);
    const cloudWatch = new CloudWatchClient({
      endpoint: standIn?.url ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    const [alarm] = MetricAlarms ?? [];
    expect(alarm).toMatchObject({
      Threshold: 200,
      AlarmActions: [expect.stringMatching(/policyName\/steps$/)],
      Dimensions: expect.arrayContaining([{ Name: 'EndpointName', Value: 'mlbench' }]),
    });
    const tags = new ListTagsForResourceCommand({ ResourceARN: alarm?.AlarmArn ?? '' });
    expect((await cloudWatch.send(tags)).Tags).toEqual([{ Key: 'mlbench:experiment', Value: 'mlbench' }]);
    cloudWatch.destroy();
    expect(alarmsOf(await up({ targetValue: 3_000 }, folder.context()))).toEqual([
      ['mlbench-steps-alarm-1', 'removed'],
    ]);
  });

  it('is loaded: result, timeline, histogram and report are in the run folder', async () => {
    const outcome = await load(
      { users: 5, durationMs: 1_500, expectations: [parseExpectation('p50<60s')] },
      folder.context(),
    );
    expect(outcome).toMatchObject({
      exitCode: 0,
      result: {
        target: { kind: 'runtime', endpointName: 'mlbench' },
        thresholds: [{ passed: true }],
        scaling: { capacityEmulated: true, timeScale: 20, instances: { atStart: 1, max: 1, atEnd: 1 } },
        costUsd: { note: expect.stringContaining('Nothing was charged') },
      },
    });
    expect(outcome.runDirectory.startsWith(join(folder.path, 'runs'))).toBe(true);
    const read = (name: string) => readFileSync(join(outcome.runDirectory, name), 'utf8');
    expect(JSON.parse(read('result.json'))).toEqual(outcome.result);
    const timeline = read('timeline.ndjson')
      .trim()
      .split('\n')
      .map((line): TimelineEvent => JSON.parse(line));
    expect(timeline.slice(0, 2)).toMatchObject([
      { cloudTimeMs: 0, type: 'phase', phase: 'load-started' },
      { cloudTimeMs: 0, type: 'capacity', current: 1, desired: 1 },
    ]);
    expect(timeline.filter(({ type }) => type === 'load').length).toBeGreaterThan(0);
    expect(timeline.at(-1)).toMatchObject({ type: 'phase', phase: 'load-ended' });
    expect(read('response-time.hgrm')).toContain('Percentile');
    expect(read('report.html')).toContain(outcome.result.runId);
    expect((await status(folder.context())).runs).toContain(outcome.result.runId);
  });

  it('is loaded through its API, and the result names the endpoint behind it', async () => {
    const { result } = await load({ users: 2, durationMs: 1_000, via: 'api' }, folder.context());
    expect(result.requests.succeeded).toBeGreaterThan(0);
    expect(result.target).toMatchObject({
      kind: 'api',
      endpointName: 'mlbench',
      url: expect.stringMatching(/evaluate$/),
    });
  });

  it('ends a load that misses its threshold with 4', async () => {
    const options = { users: 2, durationMs: 1_000, expectations: [parseExpectation('p50<1ms')] };
    expect((await load(options, folder.context())).exitCode).toBe(4);
  });

  it('keeps what an interrupted load has measured', async () => {
    const abort = new AbortController();
    const outcome = await load(
      { users: 5, durationMs: 60_000, ramp: { kind: 'over', durationMs: 0 } },
      folder.context({
        signal: abort.signal,
        emit: (event) => event.type === 'load-interval' && abort.abort(),
      }),
    );
    expect(outcome.exitCode).toBe(130);
    expect(outcome.result.requests.sent).toBeGreaterThan(0);
    expect(existsSync(join(outcome.runDirectory, 'result.json'))).toBe(true);
    expect(existsSync(outcome.reportPath ?? '')).toBe(true);
  });

  it("writes the stand-in's secret down in the one file that is for it", () => {
    const file = join(folder.path, 'local', 'credentials.json');
    const { secretAccessKey } = JSON.parse(readFileSync(file, 'utf8'));
    const files = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder.path, name),
    );
    const holders = files.filter(
      (path) => statSync(path).isFile() && readFileSync(path).includes(secretAccessKey),
    );
    expect(holders).toEqual([file]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(folder.events)).not.toContain(secretAccessKey);
  });

  it('shares its stand-in with another, which keeps it until both are down', async () => {
    const other = { experiment: 'other' };
    await up({ api: false }, folder.context(other));
    expect(await status(folder.context(other))).toMatchObject({ up: true, endpointName: 'mlbench-other' });
    expect(await down(folder.context())).toMatchObject({ exitCode: 0, left: [] });
    expect(await status(folder.context(other))).toMatchObject({ up: true });
    expect(await down(folder.context(other))).toMatchObject({ exitCode: 0, left: [] });
    await goneFrom(folder.path);
  });

  it('that is down has nothing left for a second down', async () => {
    expect(await down(folder.context())).toEqual({ exitCode: 0, removed: [], left: [] });
  });
});

describe('bad input', () => {
  beforeEach(() => {
    folder = makeStateFolder();
  });
  afterEach(async () => {
    await down(folder.context()).catch(() => {});
    await folder.dispose();
  });

  it('load before up', () =>
    expectUserError(load({}, folder.context()), 'not-up', 'the experiment "mlbench" is not up'));

  it('a model that does not exist, or is none: nothing is made', async () => {
    const missing = join(folder.path, 'missing.onnx');
    await expectUserError(up({ modelPath: missing }, folder.context()), 'bad-model', missing);
    const broken = join(folder.path, 'broken.onnx');
    writeFileSync(broken, 'not a model');
    await expectUserError(up({ modelPath: broken }, folder.context()), 'bad-model', broken);
    expect(await status(folder.context())).toMatchObject({ up: false, standIn: null, resources: [] });
  });

  it('a port in use, which is not remembered', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as AddressInfo;
    await expectUserError(up({ standIn: { port } }, folder.context()), 'port-in-use', String(port));
    expect(await down(folder.context())).toMatchObject({ exitCode: 0, removed: [] });
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('a port in use for the API, with the flag that chooses another', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as AddressInfo;
    await expect(up({ apiPort: port }, folder.context())).rejects.toMatchObject({
      code: 'port-in-use',
      remedy: expect.stringContaining('--api-port'),
    });
    await down(folder.context());
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('an unreadable ledger', async () => {
    writeFileSync(join(folder.path, 'ledger.json'), '{');
    for (const attempt of [up({}, folder.context()), status(folder.context()), load({}, folder.context())]) {
      await expectUserError(attempt, 'ledger-unreadable', join(folder.path, 'ledger.json'));
    }
    await expectUserError(down(folder.context()), 'ledger-unreadable');
  });

  it('two at once', () =>
    withLock(folder.path, 'up', folder.context().clock, () =>
      expectUserError(up({}, folder.context()), 'locked', String(process.pid)),
    ));

  it('an instance type that nobody has', () =>
    expectUserError(up({ instanceType: 'ml.z9.huge' }, folder.context()), 'bad-instance-type', 'ml.z9.huge'));

  it('a model of your own without a request to send it, before anything is up', async () => {
    const model = join(folder.path, 'own.onnx');
    writeFileSync(model, neverAnswers);
    await expectUserError(run({ up: { modelPath: model }, load: {} }, folder.context()), 'no-body', model);
    expect(existsSync(join(folder.path, 'ledger.json'))).toBe(false);
  });

  it.each([
    ['warmup-too-long', { users: 1, durationMs: 60_000, warmupMs: 60_000 }],
    ['contradiction', { users: 1, rateRps: 1 }],
    ['sends-nothing', { users: 0, stages: [{ durationMs: 1_000, level: 0 }] }],
  ])('a load that cannot be sent, before anything is up: %s', async (code, impossible) => {
    await expectUserError(run({ up: {}, load: impossible }, folder.context()), code);
    expect(existsSync(join(folder.path, 'ledger.json'))).toBe(false);
  });

  it('a name that S3 would not take', () =>
    expectUserError(up({}, folder.context({ experiment: 'My_Test' })), 'bad-name', 'My_Test'));

  it('a state directory that is a file', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    await expectUserError(up({}, folder.context({ stateDir: join(file, 'state') })), 'state-dir', file);
  });

  it('an endpoint that no stand-in has, as there is none', () =>
    expectUserError(load({ endpointName: 'e' }, folder.context()), 'no-stand-in', '--endpoint-name e'));

  it('a run folder that cannot be made', async () => {
    mkdirSync(join(folder.path, 'x'));
    writeFileSync(join(folder.path, 'x', 'file'), '');
    const options = { url: 'http://127.0.0.1:9/', outDir: join(folder.path, 'x', 'file', 'run') };
    await expectUserError(load(options, folder.context()), 'out-dir');
  });
});

describe('a ledger that was lost', () => {
  it('leaves nothing running after the next down', async () => {
    folder = makeStateFolder();
    try {
      await up({ autoscaling: false }, folder.context());
      await up({ autoscaling: false }, folder.context({ experiment: 'other' }));
      rmSync(join(folder.path, 'ledger.json'));
      expect(await down(folder.context())).toMatchObject({ exitCode: 0, removed: [], left: [] });
      expect(processesOf(folder.path)).toEqual([]);
    } finally {
      await folder.dispose();
    }
  });
});

describe('an endpoint that somebody else made', () => {
  const other = () => folder.context({ experiment: 'other' });

  beforeAll(async () => {
    folder = makeStateFolder();
    await up({ autoscaling: false, api: false }, folder.context());
  });
  afterAll(() => folder.dispose());

  it('is scaled and called, and neither altered nor deleted', async () => {
    const made = await up({ endpointName: 'mlbench', maxCapacity: 3 }, other());
    expect(made).toMatchObject({
      endpointName: 'mlbench',
      autoscaling: { maxCapacity: 3 },
      sampleRequest: null,
    });
    expect(made.resources.map(({ kind }) => kind)).toEqual([
      'stand-in',
      'brought-endpoint',
      'scalable-target',
      'scaling-policy',
      'api',
    ]);
    const body = readFileSync(join('model', 'sample-request.json'), 'utf8');
    expect(await invoke({ via: 'api', body }, other())).toMatchObject({ status: 200 });
    await expectUserError(invoke({}, other()), 'no-body');
    await expectUserError(up({ instances: 2 }, other()), 'brought-contradiction', '--instances 2');
    const { removed, left } = await down(other());
    expect([removed.map(({ kind }) => kind).sort(), left]).toEqual([
      ['api', 'scalable-target', 'scaling-policy'],
      [],
    ]);
    expect(await status(folder.context())).toMatchObject({
      endpointStatus: 'InService',
      autoscaling: null,
    });
  });
});

describe('a load of any URL', () => {
  it('needs no experiment, no ledger and no stand-in', async () => {
    folder = makeStateFolder();
    const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      writeFileSync(join(folder.path, 'ledger.json'), 'broken');
      const options = { url: `http://127.0.0.1:${port}/`, users: 3, durationMs: 1_000 };
      const outcome = await load(options, folder.context({ target: 'aws' }));
      expect(outcome).toMatchObject({ exitCode: 0, result: { target: { kind: 'url' }, scaling: {} } });
      expect(readFileSync(join(outcome.runDirectory, 'timeline.ndjson'), 'utf8')).toContain('"type":"load"');
    } finally {
      server.closeAllConnections();
      server.close();
      await folder.dispose();
    }
  });
});

describe('the stand-in alone', () => {
  beforeEach(() => {
    folder = makeStateFolder();
  });
  afterEach(() => folder.dispose());

  it('is started once, found again, kept by down, and stopped', async () => {
    const started = await localStart({ standIn: { timeScale: 30 } }, folder.context());
    expect(started).toMatchObject({ exitCode: 0, alreadyRunning: false });
    expect(started.environment).toMatchObject({ AWS_ENDPOINT_URL: started.url, AWS_REGION: 'us-east-1' });
    expect(started.environment['AWS_ACCESS_KEY_ID']).toMatch(/^MLBENCH[A-Z0-9]{13}$/);
    expect(started.environment['AWS_SECRET_ACCESS_KEY']).toMatch(/^[\w-]{40}$/);
    expect(await localStart({}, folder.context())).toEqual({ ...started, alreadyRunning: true });
    await expect(localStart({ standIn: { timeScale: 5 } }, folder.context())).rejects.toMatchObject({
      code: 'stand-in-differs',
      exitCode: 2,
    });
    expect(await up({ api: false }, folder.context())).toMatchObject({ standInUrl: started.url });
    const went = await down(folder.context());
    expect(went).toMatchObject({ exitCode: 0, left: [] });
    expect(went.removed.map(({ kind }) => kind)).not.toContain('stand-in');
    expect(await status(folder.context())).toMatchObject({ standIn: { healthy: true } });
    expect(await localStop(folder.context())).toEqual({ exitCode: 0, stopped: true });
    expect(await localStop(folder.context())).toEqual({ exitCode: 0, stopped: false });
    await goneFrom(folder.path);
  });

  it('that carries an experiment of up is not pulled from under it', async () => {
    await up({ api: false }, folder.context());
    await expect(localStop(folder.context())).rejects.toMatchObject({ code: 'stand-in-in-use', exitCode: 2 });
    await down(folder.context());
  });
});
