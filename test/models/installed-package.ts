import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-paths.ts';

/** mlbench as a stranger has it: packed, and installed into an empty folder. It has ONNX Runtime's WASM build alone. */
export interface InstalledPackage {
  /** Of this suite; the stranger's project is in it. */
  folder: string;
  /** The serving program. */
  serve: string;
  root: string;
  mlbench(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }>;
}

export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-models-'));
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name":"somebody","version":"1.0.0","private":true}');
  // Scripts are off: dist/ is built already.
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: packageRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed);
  execFileSync('npm', ['install', '--no-save', join(folder, filename)], { cwd: project, stdio: 'ignore' });
  const root = join(project, 'node_modules', 'mlbench');
  return {
    folder,
    root,
    serve: join(root, 'dist', 'serving', 'serve.js'),
    mlbench: (...args) => output(process.execPath, [join(root, 'bin', 'mlbench.js'), ...args], project),
  };
}

function output(
  command: string,
  args: string[],
  cwd: string,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1' } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
