import { rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { type BoundedExit, runBounded } from '../core/background/run-bounded.ts';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import { writeFileAtomic } from '../core/files/atomic-file.ts';
import { makeFolder } from '../core/files/folder.ts';
import { temporaryName } from '../core/files/temporary-name.ts';
import { sampleRequestFile } from '../core/model/model-layout.ts';
import { unpackModel } from '../core/model/model-tar.ts';
import { builtProgram } from '../core/package-paths.ts';
import { formatBytes } from '../core/units.ts';
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
  /** Resident. Default 4 GiB and three times the archive, at most three quarters of the machine's. */
  memoryBytes?: number;
}

/** Room for a request of the greatest size, as JSON writes it. */
const outputBytes = 16_777_216;

/**
 * Really loads the model, in a process of its own with the very program that is to serve it: a broken model is refused
 * here, before anything is made, and one that crashes ONNX Runtime does not take us with it. Time, memory and output of
 * that process are bounded, and it ends with this one.
 * @throws MlbenchError (user) `broken-model`
 */
export async function verifyModel(archive: ModelArchive, options: ModelCheckOptions): Promise<ModelInfo> {
  const { scratchDirectory, clock, signal, timeoutMs = 60_000 } = options;
  makeFolder(scratchDirectory);
  const folder = join(scratchDirectory, temporaryName('model'));
  makeFolder(folder);
  try {
    await unpackModel(archive.bytes, folder, archive.source);
    if (options.ownSample) writeFileAtomic(join(folder, sampleRequestFile), options.ownSample);
    const bounds = {
      memoryBytes: options.memoryBytes ?? memoryBoundOf(archive, machineMemoryBytes()),
      timeMs: timeoutMs,
    };
    const check = [builtProgram('serving/serve'), 'check', folder];
    const exit = await runBounded(check, { ...bounds, outputBytes, clock, signal });
    signal?.throwIfAborted();
    const [loaded, tried] = exit.stdout.split('\n').slice(0, -1);
    const info: ModelInfo | { problem: string } | null = loaded === undefined ? null : JSON.parse(loaded);
    if (info !== null && !('problem' in info)) return { ...info, sample: sampleOf(tried, exit, bounds) };
    if (exit.exceeded !== null) throw beyondBounds(archive, exit.exceeded, bounds);
    if (exit.signal !== null) throw broken(archive, `crashed ONNX Runtime (${exit.signal})`);
    throw refusal(archive, exit, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A model that is loaded may all the same end the program, or never answer, when it is asked. */
function sampleOf(tried: string | undefined, exit: BoundedExit, bounds: Bounds): TriedSample {
  if (tried !== undefined) return JSON.parse(tried) as TriedSample;
  return { from: 'inputs', body: null, problem: `it ${endWords(exit, bounds)}` };
}

function endWords({ exceeded, signal, code }: BoundedExit, { timeMs, memoryBytes }: Bounds): string {
  switch (exceeded) {
    case 'time':
      return `did not answer within ${timeMs / 1_000} s`;
    case 'space':
      return `needs more than ${formatBytes(memoryBytes)} of memory to answer`;
    case 'output':
      return `made ONNX Runtime print more than ${formatBytes(outputBytes)}`;
    case null:
      return `crashed ONNX Runtime (${signal ?? `exit code ${code}`})`;
  }
}

interface Bounds {
  memoryBytes: number;
  timeMs: number;
}

/** What ONNX Runtime itself, its graph and the first prediction may take beside a few copies of the weights. */
const baseMemoryBytes = 4 * 1_024 ** 3;
const weightCopies = 3;

/** A model that takes the whole machine with it is refused on this one, however large the machine is. */
function memoryBoundOf({ bytes }: ModelArchive, machineBytes: number): number {
  return Math.floor(Math.min(baseMemoryBytes + weightCopies * bytes.length, 0.75 * machineBytes));
}

/** Of this machine, or of the container that we are in. */
function machineMemoryBytes(): number {
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function beyondBounds(
  archive: ModelArchive,
  exceeded: NonNullable<BoundedExit['exceeded']>,
  { memoryBytes, timeMs }: Bounds,
): MlbenchError {
  switch (exceeded) {
    case 'time':
      return broken(archive, `did not load within ${timeMs / 1_000} s`);
    case 'space':
      return broken(
        archive,
        `needs more than ${formatBytes(memoryBytes)} of memory to load, and was stopped there`,
        'deploy a smaller model, or try it on a machine with more memory',
      );
    case 'output':
      return broken(
        archive,
        `made ONNX Runtime print more than ${formatBytes(outputBytes)}, and was stopped`,
      );
  }
}

/** The program says what the problem is and what to do; if it could not, its last line of errors has to do. */
function refusal(archive: ModelArchive, { stdout, stderr }: BoundedExit, folder: string): MlbenchError {
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
