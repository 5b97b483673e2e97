import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/commands/status.ts';
import { planUp, up } from '../../src/commands/up.ts';
import type { CommandContext } from '../../src/experiment/context/context.ts';
import type { UpOptions } from '../../src/experiment/settings/up-options.ts';
import { stopStandIn } from '../../src/localcloud/process.ts';
import { onnxModels } from '../docker/onnx-models.ts';
import { makeStateFolder, processesOf, type StateFolder } from './state-folder.ts';

let folder: StateFolder;
beforeAll(() => {
  folder = makeStateFolder();
});
afterAll(() => folder.dispose());

const outcomes = { create: 'created', change: 'updated', keep: 'unchanged', remove: 'removed' };

/** Files of the state folder but for the logs of processes, which write when they like. */
function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/log|instances/.test(name) && statSync(join(path, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(path, name)))
          .digest('hex')}`,
    )
    .sort();
}

async function plan(options: UpOptions) {
  const files = filesOf(folder.path);
  const processes = processesOf(folder.path);
  const outcome = await planUp(options, folder.context());
  expect(filesOf(folder.path)).toEqual(files);
  expect(processesOf(folder.path)).toEqual(processes);
  return outcome;
}

/** Each resource with what was said of it, or done to it. */
function sorted(resources: { kind: string; name: string; outcome: string }[]) {
  return resources.map(({ kind, name, outcome }) => `${kind} ${name} ${outcome}`).sort();
}

async function expectAsPlanned(options: UpOptions) {
  const { resources } = await plan(options);
  const done = await up(options, folder.context());
  const said = resources.map(({ kind, name, action }) => ({ kind, name, outcome: outcomes[action] }));
  expect(sorted(said)).toEqual(sorted(done.resources));
  return resources.filter(({ action }) => action !== 'keep');
}

/** What is in a stand-in, when there is none yet. */
const anew = [
  'create stand-in',
  'create bucket',
  'create object',
  'create model',
  'create endpoint-config',
  'create endpoint',
  'create scalable-target',
  'create scaling-policy',
];

describe('up --plan on the stand-in', () => {
  it('needs no state, writes nothing and starts nothing', async () => {
    const stateDir = join(folder.path, 'not-there');
    const outcome = await planUp({}, { ...folder.context(), stateDir });
    expect(outcome).toMatchObject({
      exitCode: 0,
      target: 'local',
      costUsd: { instances: 1, maxInstances: 4, perHour: 0.115, perHourAtMax: 0.46, source: 'table' },
      expiry: null,
    });
    expect(outcome.resources.map(({ kind, action }) => `${action} ${kind}`)).toEqual([...anew, 'create api']);
    expect(existsSync(stateDir)).toBe(false);
  });

  it('says what up then does: at first, again, and with whatever is changed', async () => {
    expect(await expectAsPlanned({ standIn: { provisionTimeMs: 0 } })).toHaveLength(9);
    expect(await expectAsPlanned({})).toEqual([]);
    expect(await expectAsPlanned({ maxCapacity: 6, targetValue: 1_234 })).toMatchObject([
      { kind: 'scalable-target', action: 'change', differences: ['most instances 4 → 6'] },
      { kind: 'scaling-policy', action: 'change' },
    ]);
    expect(await expectAsPlanned({ instances: 2 })).toMatchObject([
      { kind: 'endpoint', action: 'change', differences: ['instances 1 → 2'] },
    ]);
    expect(await expectAsPlanned({ image: 'another:2' })).toMatchObject([
      { kind: 'model', action: 'create' },
      { kind: 'endpoint-config', action: 'create' },
      {
        kind: 'endpoint',
        action: 'change',
        differences: [expect.stringMatching(/^configuration .*blue\/green$/)],
      },
      { kind: 'endpoint-config', action: 'remove' },
      { kind: 'model', action: 'remove' },
    ]);
    const off = await expectAsPlanned({ autoscaling: false, api: false });
    expect(off.map(({ kind, action }) => `${action} ${kind}`).sort()).toEqual([
      'remove api',
      'remove scalable-target',
      'remove scaling-policy',
    ]);
    expect(await expectAsPlanned({ autoscaling: true, api: true })).toHaveLength(3);
  });

  it('loads the model for a trial, and refuses the one that up refuses, for the same reason', async () => {
    const modelPath = join(folder.path, 'model.onnx');
    writeFileSync(modelPath, onnxModels.brain);
    const refusal = await up({ modelPath }, folder.context()).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'broken-model', exitCode: 2 });
    await expect(plan({ modelPath })).rejects.toMatchObject({ ...refusal });
    await expect(plan({ modelPath: 'nowhere.onnx' })).rejects.toMatchObject({ code: 'bad-model' });
  });

  it('says which request up would make for the model, and keeps none', async () => {
    const modelPath = join(folder.path, 'columns.onnx');
    writeFileSync(modelPath, onnxModels.columns);
    expect((await plan({ modelPath })).sampleRequest).toEqual({
      ...{ from: 'inputs', path: null, problem: null },
      ...{ body: '{"instances":[{"a":[0.5],"b":[1],"name":["a"]}]}', bytes: 48 },
    });
  });

  it('refuses what up refuses', async () => {
    await expect(plan({ minCapacity: 9 })).rejects.toMatchObject({ code: 'autoscaling-refused' });
    await expect(plan({ standIn: { timeScale: 3 } })).rejects.toMatchObject({ code: 'stand-in-differs' });
    await expect(plan({ instanceType: 'ml.none.large' })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('refuses what the stand-in would refuse in the middle, and so does up, before anything is made', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const modelDataUrl = 's3://nowhere/model.tar.gz';
    const anew = { ...folder.context(), stateDir: join(folder.path, 'not-there') };
    const refused: [UpOptions, CommandContext, string][] = [
      [{ instances: 33, maxCapacity: 40 }, folder.context(), 'instance-quota'],
      [{ minCapacity: 33, maxCapacity: 40 }, anew, 'instance-quota'],
      [{ standIn: { port } }, anew, 'port-in-use'],
      [{ apiPort: port }, folder.context(), 'port-in-use'],
      [{ apiPort: port }, anew, 'port-in-use'],
      [{ modelDataUrl }, folder.context(), 'no-model-data'],
      [{ modelDataUrl }, anew, 'no-model-data'],
    ];
    for (const [options, context, code] of refused) {
      const files = filesOf(folder.path);
      const before = await planUp(options, context).catch((error: Error) => error);
      expect(before).toMatchObject({ code, exitCode: 2 });
      expect(filesOf(folder.path)).toEqual(files);
      await expect(up(options, context)).rejects.toMatchObject({ code, message: (before as Error).message });
      expect(filesOf(folder.path)).toEqual(files);
    }
    taken.close();
  });

  it('takes an end that comes by itself, and says that there is none here', async () => {
    folder.events.length = 0;
    expect(await plan({ ttlMs: 3_600_000 })).toMatchObject({ expiry: null });
    expect(folder.events).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/^--ttl: nothing costs on the stand-in/) }),
    );
    expect(await up({ maxCostUsd: 3 }, folder.context())).toMatchObject({ expiry: null });
    expect(await status(folder.context())).toMatchObject({ expiry: null });
  });

  it('knows that what a dead stand-in had in it is gone, and that the front must be started anew', async () => {
    const context = folder.context();
    await stopStandIn(folder.path, { clock: context.clock });
    const changes = await expectAsPlanned({});
    expect(changes.map(({ kind, action }) => `${action} ${kind}`)).toEqual([...anew, 'change api']);
  });
});
