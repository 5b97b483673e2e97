import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listContext, writeContext } from '../../src/image/build-context.ts';
import { platformOf } from '../../src/image/platform.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-context-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content = path): void {
  const file = join(folder, 'package', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The package as npm installs it, without onnxruntime-node anywhere above. */
function installPackage(): string {
  put('docker/Dockerfile');
  put('docker/package.json', '{"dependencies":{"onnxruntime-node":"^1.30.0"}}');
  put('dist/serving/serve.js');
  put('dist/serving/onnxruntime-web/ort.node.min.mjs');
  put('dist/serving/onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return join(folder, 'package');
}

const pathsOf = (root: string) => listContext(['linux/amd64'], root).map(({ path }) => path);

describe('the build context of an installed package', () => {
  it('has the WASM build beside the program where onnxruntime-node is not installed', () => {
    expect(pathsOf(installPackage())).toEqual([
      'Dockerfile',
      'platform/amd64/onnxruntime-web/ort-wasm-simd-threaded.wasm',
      'platform/amd64/onnxruntime-web/ort.node.min.mjs',
      'program/package.json',
      'program/serve.js',
    ]);
  });

  it('has the native build with what it depends on where that is installed', () => {
    const root = installPackage();
    const native = 'node_modules/onnxruntime-node';
    put(
      `${native}/package.json`,
      '{"name":"onnxruntime-node","main":"dist/index.js","dependencies":{"onnxruntime-common":"1","adm-zip":"1"}}',
    );
    put(`${native}/dist/index.js`);
    put(`${native}/dist/index.js.map`);
    put(`${native}/script/install.js`);
    put(`${native}/bin/napi-v6/linux/x64/binding.node`);
    put(`${native}/bin/napi-v6/linux/arm64/binding.node`);
    put(`${native}/bin/napi-v6/darwin/arm64/binding.node`);
    put('node_modules/onnxruntime-common/package.json', '{"name":"onnxruntime-common","main":"index.js"}');
    put('node_modules/onnxruntime-common/index.js');
    expect(pathsOf(root)).toEqual([
      'Dockerfile',
      'platform/amd64/node_modules/onnxruntime-common/index.js',
      'platform/amd64/node_modules/onnxruntime-common/package.json',
      'platform/amd64/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/binding.node',
      'platform/amd64/node_modules/onnxruntime-node/dist/index.js',
      'platform/amd64/node_modules/onnxruntime-node/package.json',
      'program/package.json',
      'program/serve.js',
    ]);
  });

  it('is readable for the image’s user, whatever the umask and modes here', () => {
    const root = installPackage();
    chmodSync(join(root, 'dist/serving/serve.js'), 0o600);
    const context = join(folder, 'context');
    mkdirSync(context, { mode: 0o700 });
    writeContext(context, listContext(['linux/amd64'], root));
    for (const path of ['.', ...readdirSync(context, { recursive: true, encoding: 'utf8' })]) {
      const stats = statSync(join(context, path));
      expect([path, (stats.mode & 0o777).toString(8)]).toEqual([path, stats.isDirectory() ? '755' : '644']);
    }
  });
});

describe('the platform of an instance type', () => {
  it.each([
    ['ml.m5.large', 'linux/amd64'],
    ['ml.g4dn.xlarge', 'linux/amd64'],
    ['ml.g5.xlarge', 'linux/amd64'],
    ['ml.m6g.large', 'linux/arm64'],
    ['ml.c6gn.4xlarge', 'linux/arm64'],
    ['ml.m6gd.large', 'linux/arm64'],
    ['ml.g6e.xlarge', 'linux/amd64'],
    ['ml.p6-b200.48xlarge', 'linux/amd64'],
    ['ml.p6e-gb200.36xlarge', 'linux/arm64'],
  ])('%s: %s', (instanceType, platform) => {
    expect(platformOf(instanceType)).toBe(platform);
  });
});
