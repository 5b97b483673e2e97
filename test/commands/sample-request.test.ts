import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { down } from '../../src/commands/down.ts';
import { invoke } from '../../src/commands/invoke.ts';
import { load } from '../../src/commands/load.ts';
import { up } from '../../src/commands/up.ts';
import { onnxModels } from '../docker/onnx-models.ts';
import { makeStateFolder, type StateFolder } from './state-folder.ts';

const columns = '{"instances":[{"a":[0.5],"b":[1],"name":["a"]}]}';
const image = '{"instances":[[[0.5,0.5],[0.5,0.5]]]}';

let folder: StateFolder;
beforeAll(() => {
  folder = makeStateFolder();
});
afterAll(() => folder.dispose());

function model(name: keyof typeof onnxModels): string {
  const path = join(folder.path, `${name}.onnx`);
  writeFileSync(path, onnxModels[name]);
  return path;
}

const kept = () => join(folder.path, 'experiments', 'mlbench', 'sample-request.json');
const twoRequests = { users: 1, maxRequests: 2, wait: { kind: 'none' } } as const;

describe('a model of your own, called without a body', () => {
  it('is asked by invoke and load with the request that up has made, kept and shown', async () => {
    const { sampleRequest } = await up({ modelPath: model('columns') }, folder.context());
    const sample = { from: 'inputs', path: kept(), body: columns, bytes: columns.length };
    expect(sampleRequest).toEqual({ ...sample, problem: null });
    expect(readFileSync(kept(), 'utf8')).toBe(columns);
    for (const via of ['runtime', 'api'] as const) {
      const answer = await invoke({ via }, folder.context());
      expect(answer).toMatchObject({ status: 200, sent: sample });
      expect(JSON.parse(answer.body)).toEqual({ predictions: [{ sum: [1.5], echo: ['a'] }] });
      const { exitCode, result } = await load({ ...twoRequests, via }, folder.context());
      expect([exitCode, result.requests.succeeded]).toEqual([0, 2]);
      expect(result.body).toMatchObject({ from: 'inputs', bytes: columns.length, text: columns });
    }
    expect(folder.events).toContainEqual({
      ...{ type: 'notice', level: 'info' },
      message: `each request carries ${columns}, made from the model's inputs`,
    });
  });

  it('is not asked with it where a body is given, of which the record keeps no text', async () => {
    const body = '{"instances":[{"a":2,"b":3,"name":"z"}]}';
    expect(await invoke({ body }, folder.context())).toMatchObject({
      body: '{"predictions":[{"sum":[5],"echo":["z"]}]}',
      sent: { from: 'given', path: null, body },
    });
    const { result } = await load({ ...twoRequests, body }, folder.context());
    expect(result.body).toEqual({ from: 'given', bytes: body.length, sha256: expect.any(String) });
  });

  it('wants another up where the state folder has lost it, and that makes it again', async () => {
    rmSync(kept());
    const message = `the request for the model ${model('columns')} is not in ${kept()} any more`;
    for (const call of [invoke({}, folder.context()), load(twoRequests, folder.context())])
      await expect(call).rejects.toMatchObject({ code: 'no-body', message, exitCode: 2 });
    const again = await up({}, folder.context());
    expect(again.resources.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    expect(readFileSync(kept(), 'utf8')).toBe(columns);
  });

  it('has a request of its own once it takes the place of another', async () => {
    const { resources } = await up({ modelPath: model('image') }, folder.context());
    expect(resources).toContainEqual({ kind: 'endpoint', name: 'mlbench', outcome: 'updated' });
    expect(await invoke({}, folder.context())).toMatchObject({ status: 200, sent: { body: image } });
  });

  it('takes its request along as it goes down', async () => {
    expect((await down(folder.context())).left).toEqual([]);
    expect(existsSync(kept())).toBe(false);
    expect(readdirSync(folder.path)).not.toContain('experiments');
  });
});
