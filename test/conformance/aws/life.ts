import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'vitest';
import type { Ended } from '../../support/ended.ts';
import { down, status, up, upAgain } from './verbs.ts';

/** Where an experiment is made: moto, or a real account. */
export interface World {
  /** The experiment's `--name`. */
  experiment: string;
  region: string;
  mlbench(args: readonly string[]): Promise<Ended>;
  /** What there is of the experiment, by each service's own listing. */
  everything(): Promise<string[]>;
  /** The calls of the last command that change something; null where nobody sees them. */
  changes(): string[] | null;
  /** Paths of all that mlbench has written. */
  files(): string[];
  /** What is done with it while it is up. */
  use(run: (...args: string[]) => Promise<Ended>): Promise<void>;
}

/**
 * An experiment from its making to its end: all of it is made, a second `up` changes nothing, a third what differs, and
 * after `down` nothing is left.
 */
export async function liveThrough(world: World): Promise<void> {
  const run = async (...args: string[]) => {
    const ended = await world.mlbench([...args, '--name', world.experiment]);
    expect(ended.exitCode, `${args.join(' ')}: ${ended.stderr}`).toBe(0);
    return ended;
  };
  const expectChanges = (wanted: readonly string[]) => {
    const changes = world.changes();
    if (changes) expect(changes.toSorted()).toEqual(wanted);
  };

  await run(...up);
  const made = await world.everything();
  expect(made.map(withoutWhatVaries).toSorted()).toEqual(everythingOf(world));

  await run(...upAgain);
  expectChanges([]);
  expect(await world.everything()).toEqual(made);

  await world.use(run);

  await run(...upAgain, '--max', '6', '--instances', '2', '--api-throttle', '7');
  expectChanges([
    'apigatewayv2 UpdateStage',
    'application-autoscaling RegisterScalableTarget',
    'sagemaker UpdateEndpointWeightsAndCapacities',
  ]);

  await run(...upAgain, '--instance-type', 'ml.m5.xlarge');
  expectChanges([
    'application-autoscaling DeregisterScalableTarget',
    'application-autoscaling PutScalingPolicy',
    'application-autoscaling RegisterScalableTarget',
    'sagemaker CreateEndpointConfig',
    'sagemaker DeleteEndpointConfig',
    'sagemaker UpdateEndpoint',
  ]);
  expect((await run(...status)).stdout).toContain('ml.m5.xlarge');
  for (const path of world.files().filter((file) => file.endsWith('.json'))) {
    expect([basename(path), statSync(path).mode & 0o777]).toEqual([basename(path), 0o600]);
  }

  await run(...down);
  expect(await world.everything()).toEqual([]);
}

function withoutWhatVaries(line: string): string {
  return line
    .replace(/[0-9a-f]{64}/, 'HASH')
    .replace(/-[0-9a-f]{8}$/, '-HASH')
    .replace(/-\d{12}-/, '-ACCOUNT-')
    .replace(/(-Alarm(?:High|Low)).*/, '$1');
}

function everythingOf({ experiment, region }: World): string[] {
  const name = experiment === 'mlbench' ? 'mlbench' : `mlbench-${experiment}`;
  const role = (of: string) => [
    `iam role /mlbench/${name}-${of}-${region}`,
    `iam inline policy ${name}-${of}-${region}/mlbench`,
  ];
  const variant = `endpoint/${name}/variant/AllTraffic`;
  return [
    `alarm TargetTracking-${variant}-AlarmHigh`,
    `alarm TargetTracking-${variant}-AlarmLow`,
    `ecr image ${name}-serving@sha256:HASH`,
    `ecr repository ${name}-serving`,
    `http api ${name}-evaluate`,
    ...role('evaluate'),
    ...role('execution'),
    ...role('expiry'),
    `lambda function ${name}-evaluate`,
    `log group /aws/lambda/${name}-evaluate`,
    `log group /aws/sagemaker/Endpoints/${name}`,
    `log group /aws/vendedlogs/${name}-evaluate-access`,
    `s3 bucket ${name}-ACCOUNT-${region}`,
    `s3 object ${name}-ACCOUNT-${region}/models/HASH/model.tar.gz`,
    `schedule ${name}-expiry-endpoint`,
    `schedule ${name}-expiry-endpoint-again`,
    `schedule ${name}-expiry-scaling`,
    `sagemaker Endpoint ${name}`,
    `sagemaker EndpointConfig ${name}-HASH`,
    `sagemaker Model ${name}-HASH`,
    `scalable target ${variant}`,
    `scaling policy ${name}-target-tracking of ${variant}`,
  ].toSorted();
}
