import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assembleImageContext } from '../../scripts/image-context.ts';
import { unpackModel } from '../../src/core/model/model-tar.ts';
import { packageRoot } from '../../src/core/package-paths.ts';
import { eventually } from '../support/eventually.ts';

const run = promisify(execFile);

/** Needs a container engine that the `docker` command reaches. @returns what it prints */
export async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args)).stdout.trim();
}

/**
 * A base image under that name, made of the Node binary that runs this test and the libraries that it and ONNX Runtime are
 * linked with: nothing is pulled.
 */
export async function makeBaseImage(name: string, folder: string): Promise<void> {
  const context = join(folder, 'base-context');
  await assembleImageContext(context, ['linux/amd64']);
  const files = join(folder, 'base');
  const binary = realpathSync(process.execPath);
  const native = join(context, 'platform/amd64/node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
  mkdirSync(join(files, 'usr', 'local', 'bin'), { recursive: true });
  cpSync(binary, join(files, 'usr', 'local', 'bin', 'node'));
  for (const linked of [binary, join(native, 'onnxruntime_binding.node')]) {
    const listed = execFileSync('ldd', [linked], { encoding: 'utf8' });
    for (const [path] of listed.matchAll(/\/lib\S*\/\S+/g)) {
      if (path.includes('onnxruntime')) continue;
      mkdirSync(join(files, dirname(path)), { recursive: true });
      cpSync(realpathSync(path), join(files, path));
    }
  }
  const archive = join(folder, 'base.tar');
  writeFileSync(archive, execFileSync('tar', ['-C', files, '-c', '.'], { maxBuffer: 2 ** 30 }));
  await docker('import', '--change', 'ENV PATH=/usr/local/bin', archive, name);
}

/** Names of the serving images that stand in the engine for `--local-runtime docker`. */
export async function servingImages(): Promise<string[]> {
  const listed = await docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'mlbench-serving');
  return listed.split('\n').filter((name) => name !== '');
}

/** The sample model in a folder that nobody's user of a container may read, as SageMaker's is. */
export async function unpackSampleModel(folder: string): Promise<void> {
  await unpackModel(readFileSync(join(packageRoot, 'model', 'model.tar.gz')), folder);
  execFileSync('chmod', ['-R', 'a+rX', folder]);
}

/** Waits until `GET /ping` answers 200. */
export async function pinged(url: string): Promise<void> {
  let status = 0;
  await eventually(
    () => `/ping answers 200, not ${status}`,
    async () => {
      status = await fetch(`${url}/ping`).then(
        (response) => response.status,
        () => 0,
      );
      return status === 200;
    },
  );
}
