import { describe, expect, test } from 'vitest';
import { chooseModelFile, descriptionPathFor } from '../../../src/core/model/model-layout.ts';

describe('the model in a folder', () => {
  test.each<[what: string, paths: string[], expected: string]>([
    ['is the only .onnx file', ['README.md', 'penguins.onnx'], 'penguins.onnx'],
    ['is model.onnx where there are several', ['a.onnx', 'model.onnx'], 'model.onnx'],
    ['may lie in a folder of its own', ['model/net.onnx', 'model/weights.bin'], 'model/net.onnx'],
    ['is the one nearest to the top', ['backup/model.onnx', 'net.onnx'], 'net.onnx'],
    ['may shout', ['NET.ONNX'], 'NET.ONNX'],
    ['is not what macOS puts beside it', ['._model.onnx', '.cache/x.onnx', 'net.onnx'], 'net.onnx'],
  ])('%s', (_, paths, expected) => {
    expect(chooseModelFile(paths)).toEqual({ path: expected });
  });

  test.each<[what: string, paths: string[], problem: RegExp]>([
    ['nothing', [], /no \.onnx file in it \(it is empty\)/],
    ['another format', ['model.pkl'], /no \.onnx file in it \(model\.pkl\)/],
    [
      'two to choose from',
      ['b.onnx', 'a.onnx'],
      /2 models and none of them is model\.onnx: a\.onnx, b\.onnx/,
    ],
    ['two model.onnx at one depth', ['a/model.onnx', 'b/model.onnx'], /2 models/],
  ])('is not guessed from %s', (_, paths, problem) => {
    const choice = chooseModelFile(paths);
    expect('problem' in choice && choice.problem).toMatch(problem);
  });

  test('has its description beside it', () => {
    expect(descriptionPathFor('model.onnx')).toBe('model.json');
    expect(descriptionPathFor('a/b/net.onnx')).toBe('a/b/model.json');
  });
});
