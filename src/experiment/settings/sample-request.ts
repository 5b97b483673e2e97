import { createHash } from 'node:crypto';
import { readFileSync, rmdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { userError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files/atomic-file.ts';
import { sampleRequestFile } from '../../core/model/model-layout.ts';
import { sampleModelPath } from '../../resources/model-archive.ts';
import type { CommandContext } from '../context/context.ts';

/**
 * Where a sample request is from: a `file` beside the model on this machine; the model's `archive`; or made from the
 * model's `inputs`.
 */
const origins = ['file', 'archive', 'inputs'] as const;
export type SampleOrigin = (typeof origins)[number];

/** What the ledger says of the request that `up` asked the model with. The request itself lies in a file. */
export const sampleRecordSchema = z.strictObject({
  /** Of the archive. */
  modelSha256: z.string(),
  /** Of the request; null: there is none. */
  sha256: z.string().nullable(),
  from: z.enum(origins),
  /** Why it is none to send; null: it is one. */
  problem: z.string().nullable(),
  /** The image of somebody else that answers; null: our serving program does. */
  foreignImage: z.string().nullable(),
});
export type SampleRecord = z.infer<typeof sampleRecordSchema>;

/** A request for the experiment's model. */
export interface SampleRequest {
  from: SampleOrigin;
  /** Where it is in full, or will be once `up` is through. */
  path: string;
  /** Null: none can be made, or it cannot be read. */
  bytes: Uint8Array | null;
  /** Why it is none to send; null: the model answered it, or somebody keeps it to be sent. */
  problem: string | null;
}

type Home = Pick<CommandContext, 'stateDir' | 'experiment'>;

/** Where the experiment's request is kept, unless somebody keeps one beside the model. */
export function keptSamplePath({ stateDir, experiment }: Home): string {
  return join(stateDir, 'experiments', experiment, sampleRequestFile);
}

export function keepSample({ from, path, bytes }: SampleRequest): void {
  if (from !== 'file' && bytes !== null) writeFileAtomic(path, bytes);
}

export function forgetSample(home: Home): void {
  const path = keptSamplePath(home);
  rmSync(path, { force: true });
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    try {
      rmdirSync(folder);
    } catch {
      // There is more in it, or it is not there.
    }
  }
}

/**
 * The request that somebody keeps beside a model on this machine, if there is one. The package keeps one beside the
 * sample model.
 * @param modelPath null: the sample model
 */
export function ownSamplePath(modelPath: string | null): string | null {
  const model = modelPath ?? sampleModelPath;
  const folder = statsOf(model)?.isDirectory() ? model : dirname(model);
  const path = join(folder, sampleRequestFile);
  return statsOf(path)?.isFile() ? path : null;
}

/** @throws MlbenchError `body-unreadable` (exit code 2) */
export function readOwnSample(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw userError(
      'body-unreadable',
      `the sample request ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'mend or remove it, or pass --body @FILE',
      error,
    );
  }
}

/** @returns null where it cannot be read, or is not the one that the record names */
export function readKeptSample(home: Home, { sha256 }: SampleRecord): Uint8Array | null {
  try {
    const bytes = readFileSync(keptSamplePath(home));
    return sha256Of(bytes) === sha256 ? bytes : null;
  } catch {
    return null;
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
