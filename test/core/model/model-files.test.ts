import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderLimits, listModelFiles } from '../../../src/core/model/model-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), 'x');
}

describe('the files of a folder', () => {
  test('are plain ones and links to such, and none that is hidden', () => {
    for (const path of ['a/b.data', 'model.onnx', '.git/config', '.DS_Store']) put(path);
    symlinkSync('model.onnx', join(folder, 'link.data'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(listModelFiles(folder).sort()).toEqual(['a/b.data', 'link.data', 'model.onnx']);
  });

  test.each<[what: string, make: () => void, message: RegExp]>([
    [
      'a link to nothing',
      () => symlinkSync('nowhere', join(folder, 'x')),
      /^holds x, which is a link to nothing$/,
    ],
    ['a link to itself', () => symlinkSync('x', join(folder, 'x')), /^holds x, which is a link to nothing$/],
    [
      'a pipe that is called a model',
      () => execFileSync('mkfifo', [join(folder, 'm.onnx')]),
      /^holds m\.onnx, which is a named pipe$/,
    ],
    [
      'folders without end',
      () => mkdirSync(join(folder, ...new Array<string>(1_900).fill('d')), { recursive: true }),
      /^has folders more than 32 deep/,
    ],
  ])('are refused for %s', (_, make, message) => {
    make();
    expect(() => listModelFiles(folder)).toThrow(message);
  });

  test('are not looked for beyond a limit', () => {
    for (let file = 0; file < 12; file++) put(`${file % 3}/${file}`);
    const limits = { ...folderLimits, maxFiles: 11 };
    expect(() => listModelFiles(folder, limits)).toThrow('has more than 11 files');
    expect(() => listModelFiles(folder, { ...folderLimits, maxEntries: 5 })).toThrow(
      'more than 5 files and folders',
    );
  });

  test('of a folder that is not there are told as such', () => {
    expect(() => listModelFiles(join(folder, 'nowhere'))).toThrow(/^does not exist$/);
  });
});
