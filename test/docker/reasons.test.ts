import { describe, expect, test } from 'vitest';
import { loadProblem, plainReason } from '../../docker/src/runtime/reasons.ts';

describe('what ONNX Runtime says', () => {
  test.each([
    [
      "Load model from /tmp/m.onnx failed:Invalid model. Node input 'zz' is not a graph input.",
      "Can't create a session. ERROR_CODE: 2, ERROR_MESSAGE: Invalid model. Node input 'zz' is not a graph input.",
    ],
    [
      'Load model from /a b/m.onnx failed:/onnxruntime_src/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const std::unordered_map<std::string, int>&) Unsupported model IR version: 14\n',
      "Can't create a session. ERROR_CODE: 1, ERROR_MESSAGE: /mnt/s/core/graph/model.cc:203 onnxruntime::Model::Model(ModelProto &&, const std::unordered_map<std::string, int> &) Unsupported model IR version: 14\n",
    ],
    [
      "Non-zero status code returned while running Reshape node. Name:'' Status Message: /src/reshape_helper.h:91 onnxruntime::ReshapeHelper::ReshapeHelper(const onnxruntime::TensorShape&, bool) a == b was false.",
      'failed to call OrtRun(). ERROR_CODE: 1, ERROR_MESSAGE: /mnt/reshape_helper.h:93 onnxruntime::ReshapeHelper::ReshapeHelper(const TensorShape &, bool) a == b was false.',
    ],
  ])('is the same of both builds: %s', (native, wasm) => {
    const reason = plainReason(new Error(native));
    expect(reason).toMatch(/^(?:Invalid model|Unsupported model|a == b)/);
    expect(plainReason(new Error(wasm))).toBe(reason);
  });

  test('keeps what it does not know', () => {
    expect(plainReason('something else (really)')).toBe('something else (really)');
  });

  test('of a lack of memory is a bare number in WebAssembly', () => {
    const problem = loadProblem(5_243_176, 'm.onnx');
    expect([problem.message, problem.next]).toEqual([
      'm.onnx needs more memory than there is',
      expect.stringContaining('4 GB'),
    ]);
  });
});
