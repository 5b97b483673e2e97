import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { childEnvironment } from '../core/background/child-environment.ts';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import { makeFolder } from '../core/folder.ts';
import { sampleRequestFile } from '../core/model/model-layout.ts';
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
  sample: TriedSample;
}

/** A request that the model was asked with. */
interface TriedSample {
  /** `file`: kept with the model; `inputs`: made from what the model takes. */
  from: 'file' | 'inputs';
  /** Null: none can be made, or the file cannot be read. */
  body: string | null;
  /** Why the model did not answer it; null: it did. */
  problem: string | null;
}

export interface ModelCheckOptions {
  /** A folder under the state directory; a temporary one is made in it and removed again. */
  scratchDirectory: string;
  clock: Clock;
  signal?: AbortSignal;
  /** Until the model must have loaded, and answered. */
  timeoutMs?: number;
  /** A request to ask the model with, in place of the one that its archive has. */
  ownSample?: Uint8Array;
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
    if (options.ownSample) writeFileSync(join(folder, sampleRequestFile), options.ownSample);
    const exit = await runCheck(folder, clock, timeoutMs, signal);
    signal?.throwIfAborted();
    const [loaded, tried] = exit.stdout.split('\n').slice(0, -1);
    const info: ModelInfo | { problem: string } | null = loaded === undefined ? null : JSON.parse(loaded);
    if (info !== null && !('problem' in info)) return { ...info, sample: sampleOf(tried, exit, timeoutMs) };
    if (exit.timedOut) throw broken(archive, `did not load within ${timeoutMs / 1_000} s`);
    if (exit.signal !== null) throw broken(archive, `crashed ONNX Runtime (${exit.signal})`);
    throw refusal(archive, exit, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A model that is loaded may all the same end the program, or never answer, when it is asked. */
function sampleOf(tried: string | undefined, exit: CheckExit, timeoutMs: number): TriedSample {
  if (tried !== undefined) return JSON.parse(tried) as TriedSample;
  const problem = exit.timedOut
    ? `it did not answer within ${timeoutMs / 1_000} s`
    : `it crashed ONNX Runtime (${exit.signal ?? `exit code ${exit.code}`})`;
  return { from: 'inputs', body: null, problem };
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

/** The program says what the problem is and what to do; if it could not, its last line of errors has to do. */
function refusal(archive: ModelArchive, { stdout, stderr }: CheckExit, folder: string): MlbenchError {
  try {
    const { problem, next } = JSON.parse(stdout) as { problem: string; next?: string };
    return broken(archive, reason(own(problem, archive), folder), next && own(next, archive));
  } catch {
    return broken(archive, reason(stderr, folder));
  }
}

function reason(text: string, folder: string): string {
  const line = text.trim().split('\n').at(-1)?.replaceAll(`${folder}/`, '').replaceAll(folder, 'it') ?? '';
  if (line === '') return 'cannot be loaded';
  const short = line.length > 600 ? `${line.slice(0, 599)}…` : line;
  return `cannot be served: ${short}`;
}

/** An .onnx file is called `model.onnx` in its archive, whatever the user calls it. */
function own(text: string, { source }: ModelArchive): string {
  return /\.onnx$/i.test(source) ? text.replaceAll('model.onnx', basename(source)) : text;
}

function broken(
  archive: ModelArchive,
  problem: string,
  next = 'export it to ONNX again and look at it with a viewer such as netron; without --model the sample model is used',
): MlbenchError {
  return userError('broken-model', `the model ${archive.source} ${problem}`, next);
}
