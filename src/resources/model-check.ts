import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '../core/background/child-environment.ts';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import { makeFolder } from '../core/folder.ts';
import { unpackModel } from '../core/model/model-tar.ts';
import { builtProgram } from '../core/package-paths.ts';
import type { ModelArchive } from './model-archive.ts';

/** What the serving program says of a model that it has loaded. */
export interface ModelInfo {
  /** The .onnx file within the archive. */
  file: string;
  name: string | null;
  backend: string;
  inputs: { name: string; type: string; rowShape: (number | null)[] }[];
  outputs: { name: string; type: string; shape: (number | null)[] }[];
  /** Outputs that answers leave out. */
  unserved: { name: string; type: string }[];
  features: string[] | null;
  labels: string[] | null;
}

export interface ModelCheckOptions {
  /** A folder under the state directory; a temporary one is made in it and removed again. */
  scratchDirectory: string;
  clock: Clock;
  signal?: AbortSignal;
  /** Until the model must have loaded. */
  timeoutMs?: number;
}

/**
 * Really loads the model, in a process of its own with the very program that is to serve it: a broken model is refused
 * here, before anything is made, and one that crashes ONNX Runtime does not take us with it.
 * @throws MlbenchError (user) `broken-model`
 */
export async function verifyModel(archive: ModelArchive, options: ModelCheckOptions): Promise<ModelInfo> {
  const { scratchDirectory, clock, signal, timeoutMs = 60_000 } = options;
  makeFolder(scratchDirectory);
  const folder = mkdtempSync(join(scratchDirectory, 'model-'));
  try {
    await unpackModel(archive.bytes, folder, archive.source);
    const exit = await runCheck(folder, clock, timeoutMs, signal);
    signal?.throwIfAborted();
    if (exit.timedOut) throw broken(archive, `did not load within ${timeoutMs / 1_000} s`);
    if (exit.signal !== null) throw broken(archive, `crashed ONNX Runtime (${exit.signal})`);
    if (exit.code !== 0) throw broken(archive, reason(exit.stderr, folder));
    return JSON.parse(exit.stdout) as ModelInfo;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface CheckExit {
  code: number | null;
  signal: string | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

function runCheck(
  folder: string,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<CheckExit> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtProgram('serving/serve'), 'check', folder], {
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let timedOut = false;
    let stdout = '';
    let stderr = '';
    const kill = () => child.kill('SIGKILL');
    const timer = clock.after(timeoutMs, () => {
      timedOut = true;
      kill();
    });
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // Enough for a reason; a runaway log is not kept.
      if (stderr.length < 65_536) stderr += text;
    });
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code, exitSignal) => {
      finish();
      resolve({ code, signal: exitSignal, timedOut, stdout, stderr });
    });
  });
}

/** The last line is the program's own; ONNX Runtime may have logged before it. */
function reason(stderr: string, folder: string): string {
  const line = stderr.trim().split('\n').at(-1)?.replaceAll(`${folder}/`, '').replaceAll(folder, 'it') ?? '';
  if (line === '') return 'cannot be loaded';
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return `cannot be served: ${short}`;
}

function broken(archive: ModelArchive, problem: string): MlbenchError {
  return userError(
    'broken-model',
    `the model ${archive.source} ${problem}`,
    'export it to ONNX again and look at it with a viewer such as netron; without --model the sample model is used',
  );
}
