import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/ended.ts';
import { liveThrough } from './life.ts';
import { isRead } from './matrix/interventions.ts';
import { placesOfSecrets, type Stage, startStage } from './stage.ts';
import { up } from './verbs.ts';
import { nameOf, type RecordedCall } from './world/recorded-call.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());
beforeEach(() => stage.reset());

const changes = () =>
  stage.gateway
    .calls()
    .filter((call) => !isRead(call))
    .map(nameOf);

describe('an experiment on AWS', () => {
  it('is planned without a container engine, and without a change', async () => {
    const noEngine = { MLBENCH_CONTAINER_ENGINE: '/no/such/engine' };
    const { exitCode, stdout, stderr } = await stage.mlbench([...up, '--plan'], undefined, noEngine);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('sagemaker.amazonaws.com');
    expect(changes()).toEqual([]);
    expect(await stage.inspector.everything()).toEqual([]);
    expect(stage.files()).toEqual([]);
  });

  it.each(['mlbench', 'other'])(
    'is made, found, kept, changed, shown and removed without a trace: %s',
    async (experiment) => {
      const sent: RecordedCall[] = [];
      const runs: Ended[] = [];
      await liveThrough({
        experiment,
        region: 'us-east-1',
        async mlbench(args) {
          const ended = await stage.mlbench(args);
          runs.push(ended);
          sent.push(...stage.gateway.calls());
          return ended;
        },
        everything: () => stage.inspector.everything(),
        changes,
        files: () => stage.files(),
        // moto runs no containers.
        use: async () => {},
      });
      expect(placesOfSecrets(stage, runs)).toEqual([]);
      expect(await stage.inspector.problems(sent)).toEqual([]);
    },
  );

  it('whose ledger was lost is found by its tags, and removed without a trace', async () => {
    expect((await stage.mlbench(up)).exitCode).toBe(0);
    for (const file of stage.files()) rmSync(file);
    const again = await stage.mlbench(up);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('--orphans')]);

    const { exitCode, stderr } = await stage.mlbench(['down', '--target', 'aws', '--orphans', '--yes']);
    expect(exitCode, stderr).toBe(0);
    expect(await stage.inspector.everything()).toEqual([]);
    expect(await stage.inspector.problems(stage.gateway.calls())).toEqual([]);
  });
});
