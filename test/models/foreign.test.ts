import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MlbenchError } from '../../src/core/errors.ts';
import { packModel } from '../../src/resources/model-archive.ts';
import { runPython } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlbench-foreign-'));
runPython('make_foreign.py', folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(path: string): Promise<MlbenchError> {
  const failure = await packModel(path).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MlbenchError);
  const { message, remedy, exitCode } = failure as MlbenchError;
  expect(`${message}${remedy}`).not.toContain('\n');
  expect(exitCode).toBe(2);
  return failure as MlbenchError;
}

describe('what a framework saved is refused with the converter to use', () => {
  test.each([
    ['model.joblib', /pickled scikit-learn model/, /skl2onnx\.to_onnx\(joblib\.load\(/],
    ['squeezed.joblib', /pickle of Python objects/, /skl2onnx/],
    ['pickle-called.onnx', /pickled scikit-learn model/, /skl2onnx/],
    ['protocol0.pkl', /pickle/, /skl2onnx/],
    ['protocol2.pkl', /pickled scikit-learn model/, /skl2onnx/],
    ['protocol5.pkl', /pickled scikit-learn model/, /skl2onnx/],
    ['model.pkl.gz', /pickle of Python objects/, /skl2onnx/],
    ['xgboost.json', /XGBoost model/, /xgboost\.XGBClassifier\(\); .*convert_xgboost/],
    ['xgboost.ubj', /XGBoost model/, /convert_xgboost/],
    ['xgboost.pkl', /pickled XGBoost model/, /convert_xgboost/],
    ['lightgbm.txt', /LightGBM model/, /lightgbm\.Booster\(model_file=.*convert_lightgbm/],
    ['lightgbm.joblib', /pickled LightGBM model/, /convert_lightgbm/],
    ['state.pt', /PyTorch checkpoint/, /torch\.onnx\.export/],
    ['old.pth', /PyTorch checkpoint/, /torch\.onnx\.export/],
    ['script.pt', /PyTorch checkpoint/, /torch\.onnx\.export/],
    ['torch-called.onnx', /PyTorch checkpoint/, /torch\.onnx\.export/],
    ['arrays.npz', /NumPy arrays/, /export the model to ONNX/],
    ['model.zip', /zip archive/, /unzip /],
  ])('%s', async (name, what, next) => {
    const { message, remedy } = await refusal(join(folder, name));
    expect(message).toContain(name);
    expect(message).toMatch(what);
    expect(remedy).toMatch(next);
  });

  test.each(['model.joblib', 'xgboost.json', 'lightgbm.txt', 'state.pt'])(
    '%s in a folder, too',
    async (name) => {
      const own = join(folder, `folder-${name}`);
      mkdirSync(own);
      writeFileSync(join(own, name), readFileSync(join(folder, name)));
      const alone = await refusal(join(folder, name));
      const { message, remedy } = await refusal(own);
      expect(message).toContain(`${name} ${/is an? (?:[A-Z]\w+|pickled)[\w -]*/.exec(alone.message)![0]}`);
      expect(remedy).toBe(alone.remedy.replaceAll(join(folder, name), join(own, name)));
    },
  );
});

test('a file that the user may not read is told as such', async () => {
  const closed = join(folder, 'closed.onnx');
  writeFileSync(closed, 'x', { mode: 0o000 });
  chmodSync(dirname(closed), 0o755);
  // Nothing is closed to root.
  const isRoot = process.getuid!() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    const { message, remedy } = await refusal(closed);
    expect(message).toContain('closed.onnx must not be read by this user');
    expect(remedy).toContain('chmod u+r');
  } finally {
    if (isRoot) process.seteuid!(0);
  }
});
