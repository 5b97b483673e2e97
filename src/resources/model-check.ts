import { mkdirSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type BoundedExit, runBounded } from '../core/background/run-bounded.ts';
import type { Clock } from '../core/clock.ts';
import { type MlbenchError, userError } from '../core/errors.ts';
import { makeFolder } from '../core/folder.ts';
import { unpackModel } from '../core/model/model-tar.ts';
import { builtProgram } from '../core/package-paths.ts';
import { temporaryName } from '../core/temporary-name.ts';
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
}

export interface ModelCheckOptions {
  /** A folder under the state directory; a temporary one is made in it and removed again. */
  scratchDirectory: string;
  clock: Clock;
  signal?: AbortSignal;
  /** Until the model must have loaded. */
  timeoutMs?: number;
  /** Resident. Default 4 GiB and three times the archive, at most three quarters of the machine's. */
  memoryBytes?: number;
}

const outputBytes = 1_048_576;

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
  mkdirSync(folder);
  try {
    await unpackModel(archive.bytes, folder, archive.source);
    const bounds = {
      memoryBytes: options.memoryBytes ?? memoryBoundOf(archive, machineMemoryBytes()),
      timeMs: timeoutMs,
    };
    const check = [builtProgram('serving/serve'), 'check', folder];
    const exit = await runBounded(check, { ...bounds, outputBytes, clock, signal });
    signal?.throwIfAborted();
    if (exit.exceeded !== null) throw beyondBounds(archive, exit.exceeded, bounds);
    if (exit.signal !== null) throw broken(archive, `crashed ONNX Runtime (${exit.signal})`);
    if (exit.code !== 0) throw broken(archive, reason(exit.stderr, folder));
    return JSON.parse(exit.stdout) as ModelInfo;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  { memoryBytes, timeMs }: { memoryBytes: number; timeMs: number },
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

/** The last line is the program's own; ONNX Runtime may have logged before it. */
function reason(stderr: string, folder: string): string {
  const line = stderr.trim().split('\n').at(-1)?.replaceAll(`${folder}/`, '').replaceAll(folder, 'it') ?? '';
  if (line === '') return 'cannot be loaded';
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return `cannot be served: ${short}`;
}

function broken(
  archive: ModelArchive,
  problem: string,
  next = 'export it to ONNX again and look at it with a viewer such as netron; without --model the sample model is used',
): MlbenchError {
  return userError('broken-model', `the model ${archive.source} ${problem}`, next);
}
