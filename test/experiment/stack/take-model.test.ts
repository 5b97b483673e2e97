import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { packFiles } from '../../../src/core/model/model-pack.ts';
import type { CommandContext, CommandEvent } from '../../../src/experiment/context/context.ts';
import type { UpSettings } from '../../../src/experiment/settings/up-settings.ts';
import {
  foreignImageOf,
  sampleRecordOf,
  type TakingOptions,
  takeModel,
} from '../../../src/experiment/stack/take-model.ts';
import { openLedger } from '../../../src/resources/engine/ledger-store.ts';
import { atLeastThree, neverAnswers, onnxModels, withSequence, zipMapped } from '../../docker/onnx-models.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-take-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

let events: CommandEvent[];
beforeEach(() => {
  events = [];
});

async function take(
  modelPath: string | null,
  over: Partial<TakingOptions> = {},
  of: Partial<UpSettings> = {},
) {
  const settings = { modelDataUrl: null, broughtVariant: null, sample: null, modelPath, ...of } as UpSettings;
  return await takeModel(settings, context(), { foreignImage: null, needsSample: false, ...over });
}

function context(): CommandContext {
  return {
    stateDir: join(folder, 'state'),
    ledger: openLedger(join(folder, 'state')),
    experiment: 'mlbench',
    target: 'local',
    region: 'us-east-1',
    clock: systemClock,
    signal: new AbortController().signal,
    emit: (event: CommandEvent) => void events.push(event),
  } as CommandContext;
}

/** What `up` says of a model. */
async function saidOf(onnx: Uint8Array): Promise<CommandEvent[]> {
  await take(put('model.onnx', onnx));
  return events;
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

it('a model whose output no answer can hold is taken, and the output is named', async () => {
  expect(await saidOf(withSequence)).toEqual([
    {
      type: 'notice',
      level: 'warning',
      message: expect.stringMatching(
        /^answers of the model .*model\.onnx leave out .*: "parts" \(no tensor\)$/,
      ),
      remedy: expect.stringContaining('zipmap=False'),
    },
  ]);
});

it('of a model that is served whole nothing is said', async () => {
  expect(await saidOf(onnxModels.linear)).toEqual([]);
  expect(await saidOf(zipMapped(['no', 'yes']))).toEqual([]);
});

describe('the request that a model is asked with', () => {
  const sampleOf = async (...given: Parameters<typeof take>) => {
    const sample = (await take(...given))?.sample;
    return sample && { ...sample, bytes: sample.bytes && Buffer.from(sample.bytes).toString() };
  };

  it.each([
    ['several inputs', onnxModels.columns, '{"instances":[{"a":[0.5],"b":[1],"name":["a"]}]}'],
    ['an image', onnxModels.image, '{"instances":[[[0.5,0.5],[0.5,0.5]]]}'],
    ['two rows at once', onnxModels.exactlyTwo, '{"instances":[[0.5,0.5],[0.5,0.5]]}'],
    ['an open size', onnxModels.sequence, '{"instances":[[1]]}'],
    ['truth', onnxModels.truth, '{"instances":[[true,true]]}'],
  ])('is made from its inputs, and answered, where it takes %s', async (_, onnx, body) => {
    const path = join(folder, 'state', 'experiments', 'mlbench', 'sample-request.json');
    expect(await sampleOf(put('m/model.onnx', onnx))).toEqual({
      ...{ from: 'inputs', path, bytes: body, problem: null },
    });
    expect(events).toEqual([]);
  });

  it('is the larger one that the model answers, where it answers none of the plainest', async () => {
    expect(await sampleOf(put('m/model.onnx', atLeastThree))).toMatchObject({
      ...{ bytes: '{"instances":[[0.5,0.5,0.5]]}', problem: null },
    });
  });

  it('is none where the model refuses all, with the reason, and none is made up', async () => {
    const path = put('m/model.onnx', onnxModels.total);
    const sample = await sampleOf(path);
    expect(sample?.problem).toBeNull();
    const refusing = put('n/model.onnx', neverAnswers);
    expect(await sampleOf(refusing)).toMatchObject({
      from: 'inputs',
      problem: expect.stringMatching(
        /^the model does not answer the one that its inputs ask for: the model failed:/,
      ),
    });
    await expect(take(refusing, { needsSample: true })).rejects.toMatchObject({
      ...{ code: 'no-body', exitCode: 2, remedy: expect.stringContaining('pass --body @FILE') },
    });
  });

  it('is one that somebody keeps beside the model, else in its archive', async () => {
    const model = put('m/model.onnx', onnxModels.linear);
    const archive = put(
      'a/model.tar.gz',
      packFiles([
        { path: 'net/model.onnx', bytes: onnxModels.linear },
        { path: 'net/sample-request.json', bytes: Buffer.from('{"instances":[[1,2,3]]}') },
      ]),
    );
    expect(await sampleOf(archive)).toMatchObject({ from: 'archive', bytes: '{"instances":[[1,2,3]]}' });
    for (const path of [model, join(folder, 'm'), archive]) {
      const own = put(`${path === archive ? 'a' : 'm'}/sample-request.json`, '{"instances":[[4,5,6]]}');
      expect(await sampleOf(path)).toMatchObject({
        from: 'file',
        path: own,
        bytes: '{"instances":[[4,5,6]]}',
      });
    }
    expect(events).toEqual([]);
  });

  it('is sent though the model does not answer it, if somebody keeps it, and that is told', async () => {
    const own = put('m/sample-request.json', '{"instances":[[1]]}');
    const model = put('m/model.onnx', onnxModels.linear);
    expect(await sampleOf(model, { needsSample: true })).toMatchObject({ from: 'file', problem: null });
    expect(events).toMatchObject([
      {
        level: 'warning',
        message: `the model does not answer the sample request ${own}: instances[0]: 1 value, but the model takes 3`,
      },
    ]);
  });

  it('is none where an image of somebody else answers, but for one that is kept', async () => {
    const model = put('m/model.onnx', onnxModels.linear);
    const foreign = { foreignImage: 'theirs:1' };
    const problem = 'what the image theirs:1 takes, nobody but you knows';
    expect(await sampleOf(model, foreign)).toMatchObject({ problem });
    expect(await sampleOf(null, foreign)).toMatchObject({ problem });
    put('m/sample-request.json', 'anything');
    expect(await sampleOf(model, foreign)).toMatchObject({ from: 'file', bytes: 'anything', problem: null });
    expect(events).toEqual([]);
    const ours = '123.dkr.ecr.us-east-1.amazonaws.com/mlbench-x@sha256:01';
    expect(
      [null, ours, 'mlbench-serving:1', 'theirs:1', 'mlbench/theirs:1'].map((image) =>
        foreignImageOf({ image }),
      ),
    ).toEqual([...[null, null, null, 'theirs:1', 'mlbench/theirs:1']]);
  });

  it('is refused for what is not ours, where one is needed', async () => {
    const theirs = { modelDataUrl: 's3://b/model.tar.gz' };
    expect(await take(null, {}, theirs)).toBeNull();
    await expect(take(null, { needsSample: true }, theirs)).rejects.toMatchObject({ code: 'no-body' });
  });

  it('leaves nothing behind where it is only tried', async () => {
    await take(null, { tryOnly: true });
    expect(existsSync(join(folder, 'state'))).toBe(false);
    mkdirSync(join(folder, 'state'));
    await take(null, { tryOnly: true });
    expect(readdirSync(join(folder, 'state'), { recursive: true })).toEqual(['scratch']);
  });

  it('goes on record with the model that it is for', async () => {
    const taken = await take(null);
    expect(sampleRecordOf(taken, { foreignImage: null })).toEqual({
      modelSha256: taken?.archive.sha256,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      ...{ from: 'file', problem: null, foreignImage: null },
    });
    expect(sampleRecordOf(null, { foreignImage: null })).toBeNull();
  });
});
