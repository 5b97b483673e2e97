import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKnownSample } from '../../../src/experiment/settings/known-sample.ts';
import {
  forgetSample,
  keepSample,
  keptSamplePath,
  ownSamplePath,
  type SampleRecord,
  sha256Of,
} from '../../../src/experiment/settings/sample-request.ts';
import { defaultUpSettings, type UpSettings } from '../../../src/experiment/settings/up-settings.ts';
import { refusalOf } from '../../support/refusal-of.ts';

let folder: string;
let modelPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-sample-'));
  mkdirSync(join(folder, 'model'));
  modelPath = join(folder, 'model', 'my.onnx');
});
afterEach(() => rmSync(folder, { recursive: true }));

const home = () => ({ stateDir: join(folder, 'state'), experiment: 'mlbench' });
const made = Buffer.from('{"instances":[[0.5]]}');
const record = (over: Partial<SampleRecord> = {}): SampleRecord => ({
  ...{ modelSha256: 'abc', sha256: sha256Of(made), from: 'inputs', problem: null, foreignImage: null },
  ...over,
});
const settings = (over: Partial<UpSettings> = {}): UpSettings => ({
  ...defaultUpSettings('mlbench'),
  modelPath,
  sample: record(),
  ...over,
});
const keep = (bytes: Uint8Array = made) =>
  keepSample({ from: 'inputs', path: keptSamplePath(home()), bytes, problem: null });
const known = (of: UpSettings) => {
  const { from, bytes } = readKnownSample(of, home());
  return `${from}: ${Buffer.from(bytes ?? []).toString()}`;
};

describe('the request that is known for an experiment', () => {
  it('is the one that up has kept', () => {
    keep();
    expect(known(settings())).toBe('inputs: {"instances":[[0.5]]}');
    expect(known(settings({ sample: record({ from: 'archive' }) }))).toMatch(/^archive/);
  });

  it('is before that the one beside the model, as it is now', () => {
    keep();
    writeFileSync(join(folder, 'model', 'sample-request.json'), '{"mine":1}');
    expect(known(settings())).toBe('file: {"mine":1}');
    expect(known(settings({ modelPath: join(folder, 'model') }))).toBe('file: {"mine":1}');
    writeFileSync(join(folder, 'model', 'sample-request.json'), '{"mine":2}');
    expect(known(settings())).toBe('file: {"mine":2}');
  });

  it('is for the sample model the one of the package, unless an image of somebody else serves', () => {
    const ofPackage = { modelPath: null, sample: record({ from: 'file' }) };
    expect(known(settings(ofPackage))).toMatch(/^file: \{\s*"instances"/);
    expect(known(settings({ ...ofPackage, sample: null }))).toMatch(/^file/);
    const problem = 'what the image x:1 takes, nobody but you knows';
    const foreign = settings({ modelPath: null, sample: record({ problem, foreignImage: 'x:1' }) });
    expect(() => known(foreign)).toThrow(`no request for the sample model is known: ${problem}`);
  });

  it.each<[string, Partial<UpSettings>, RegExp, RegExp]>([
    [
      'the model does not answer',
      { sample: record({ problem: 'too small' }) },
      /my\.onnx is known: too small$/,
      /keep one as sample-request\.json/,
    ],
    ['another version of mlbench has deployed', { sample: null }, /before up made one$/, /up again/],
    ['was kept beside the model', { sample: record({ from: 'file' }) }, /beside it is gone$/, /up again/],
    ['the state folder has lost', {}, /is not in .*sample-request\.json any more$/, /up again/],
    [
      'is about data in a bucket',
      { modelDataUrl: 's3://b/m.tar.gz', sample: null },
      /for the model s3:\/\/b\/m\.tar\.gz$/,
      /^pass --body @FILE$/,
    ],
    [
      "is about somebody else's endpoint",
      { broughtVariant: 'v', endpointName: 'theirs', sample: null },
      /for the endpoint theirs$/,
      /^pass --body @FILE$/,
    ],
  ])('is asked for, in one line, where the one that %s is no use', (_, over, message, remedy) => {
    const refusal = refusalOf(() => readKnownSample(settings(over), home()));
    expect(refusal).toMatchObject({ code: 'no-body', exitCode: 2 });
    expect(refusal.message).toMatch(message);
    expect(refusal.remedy).toMatch(remedy);
  });

  it('is no other than the one that the ledger names', () => {
    keep(Buffer.from('{"instances":[[1]]}'));
    expect(() => known(settings())).toThrow('any more');
  });

  it('goes with the experiment, and takes the folders along that hold nothing else', () => {
    keep();
    const other = { ...home(), experiment: 'other' };
    keepSample({ from: 'inputs', path: keptSamplePath(other), bytes: made, problem: null });
    forgetSample(home());
    expect(() => known(settings())).toThrow('any more');
    expect(readKnownSample(settings(), other).bytes).toEqual(made);
    forgetSample(home());
  });

  it('is no folder and no model that only looks like one', () => {
    mkdirSync(join(folder, 'model', 'sample-request.json'));
    expect(ownSamplePath(modelPath)).toBeNull();
    expect(ownSamplePath(join(folder, 'nowhere', 'm.onnx'))).toBeNull();
  });
});
