import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRead } from './interventions.ts';
import type { RecordedCall } from './recorded-call.ts';
import { nameOf } from './recorded-call.ts';
import { type Ended, placesOfSecrets, type Stage, startStage } from './stage.ts';
import { down, status, up, upAgain } from './verbs.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());
beforeEach(() => stage.reset());

const changes = (calls: readonly RecordedCall[]) => calls.filter((call) => !isRead(call)).map(nameOf);

const withoutHashes = (line: string) =>
  line.replace(/[0-9a-f]{64}/, 'HASH').replace(/-[0-9a-f]{8}$/, '-HASH');
const everythingOfAnExperiment = [
  'alarm TargetTracking-endpoint/mlbench/variant/AllTraffic-AlarmHigh-mlbench-target-tracking',
  'alarm TargetTracking-endpoint/mlbench/variant/AllTraffic-AlarmLow-mlbench-target-tracking',
  'ecr image mlbench-serving@sha256:HASH',
  'ecr repository mlbench-serving',
  'http api mlbench-evaluate',
  'iam inline policy mlbench-evaluate-us-east-1/mlbench',
  'iam inline policy mlbench-expiry-us-east-1/mlbench',
  'iam inline policy mlbench-execution-us-east-1/mlbench',
  'iam role /mlbench/mlbench-evaluate-us-east-1',
  'iam role /mlbench/mlbench-execution-us-east-1',
  'iam role /mlbench/mlbench-expiry-us-east-1',
  'lambda function mlbench-evaluate',
  'log group /aws/lambda/mlbench-evaluate',
  'log group /aws/sagemaker/Endpoints/mlbench',
  'log group /aws/vendedlogs/mlbench-evaluate-access',
  's3 bucket mlbench-123456789012-us-east-1',
  's3 object mlbench-123456789012-us-east-1/models/HASH/model.tar.gz',
  'schedule mlbench-expiry-endpoint',
  'schedule mlbench-expiry-scaling',
  'sagemaker Endpoint mlbench',
  'sagemaker EndpointConfig mlbench-HASH',
  'sagemaker Model mlbench-HASH',
  'scalable target endpoint/mlbench/variant/AllTraffic',
  'scaling policy mlbench-target-tracking of endpoint/mlbench/variant/AllTraffic',
];

describe('an experiment on AWS', () => {
  it('is planned without a container engine, and without a change', async () => {
    const noEngine = { MLBENCH_CONTAINER_ENGINE: '/no/such/engine' };
    const { exitCode, stdout, stderr } = await stage.mlbench([...up, '--plan'], undefined, noEngine);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('sagemaker.amazonaws.com');
    expect(changes(stage.gateway.calls())).toEqual([]);
    expect(await stage.inspector.everything()).toEqual([]);
    expect(stage.files()).toEqual([]);
  });

  it('is made, found, kept, changed, shown and removed without a trace', async () => {
    const sent: RecordedCall[] = [];
    const runs: Ended[] = [];
    const run = async (...args: string[]) => {
      const ended = await stage.mlbench(args);
      runs.push(ended);
      expect(ended.exitCode, ended.stderr).toBe(0);
      sent.push(...stage.gateway.calls());
      return ended;
    };

    await run(...up);
    const made = await stage.inspector.everything();
    expect(made.map(withoutHashes)).toEqual(everythingOfAnExperiment.toSorted());

    await run(...upAgain);
    expect(changes(stage.gateway.calls())).toEqual([]);
    expect(await stage.inspector.everything()).toEqual(made);

    await run(...upAgain, '--max', '6', '--instances', '2', '--api-throttle', '7');
    expect(changes(stage.gateway.calls()).toSorted()).toEqual([
      'apigatewayv2 UpdateStage',
      'application-autoscaling RegisterScalableTarget',
      'sagemaker UpdateEndpointWeightsAndCapacities',
    ]);

    await run(...upAgain, '--instance-type', 'ml.m5.xlarge');
    expect(changes(stage.gateway.calls())).toContain('sagemaker UpdateEndpoint');

    expect((await run(...status)).stdout).toContain('ml.m5.xlarge');
    for (const path of stage.files().filter((file) => /\.json$/.test(file)))
      expect([basename(path), statSync(path).mode & 0o777]).toEqual([basename(path), 0o600]);

    await run(...down);
    expect(await stage.inspector.everything()).toEqual([]);
    expect(placesOfSecrets(stage, runs)).toEqual([]);
    expect(await stage.inspector.problems(sent)).toEqual([]);
  });
});
