import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryName } from '../../core/files/temporary-name.ts';
import { type ModelArchive, packModel } from '../../resources/model-archive.ts';
import { type ModelInfo, verifyModel } from '../../resources/model-check.ts';
import type { CommandContext } from '../context/context.ts';
import { planPurpose } from '../context/sweep-debris.ts';
import { readExperiment } from '../settings/experiments.ts';
import { noSample, refuseOthers } from '../settings/known-sample.ts';
import {
  keptSamplePath,
  ownSamplePath,
  readKeptSample,
  readOwnSample,
  type SampleRecord,
  type SampleRequest,
  sha256Of,
} from '../settings/sample-request.ts';
import type { UpSettings } from '../settings/up-settings.ts';

export interface TakenModel {
  archive: ModelArchive;
  sample: SampleRequest;
}

export interface TakingOptions {
  /** Of somebody else, and answers in place of our serving program: what it takes is not known. */
  foreignImage: string | null;
  needsSample: boolean;
  /** Nothing is written in the state folder that was not there. */
  tryOnly?: boolean;
}

/**
 * Packs the model, loads it for a trial and asks it with a request, unless just this was done before.
 * @returns null where there is nothing of ours to upload
 * @throws MlbenchError `bad-model`, `broken-model`; `no-body` where a request is needed and none is known (exit code 2)
 */
export async function takeModel(
  settings: UpSettings,
  context: CommandContext,
  options: TakingOptions,
): Promise<TakenModel | null> {
  if (settings.modelDataUrl !== null || settings.broughtVariant !== null) {
    if (options.needsSample) refuseOthers(settings);
    return null;
  }
  const archive = await packModel(settings.modelPath);
  const own = readOwn(settings.modelPath, options);
  const sample =
    knownBefore(archive, own, settings.sample, options, context) ??
    (await trial(archive, own, context, options));
  if (options.needsSample && sample.problem !== null) throw noSample(settings, sample.problem);
  return { archive, sample };
}

/** For the ledger. */
export function sampleRecordOf(
  taken: TakenModel | null,
  { foreignImage }: Pick<TakingOptions, 'foreignImage'>,
): SampleRecord | null {
  if (taken === null) return null;
  const { from, bytes, problem } = taken.sample;
  const sha256 = bytes === null ? null : sha256Of(bytes);
  return { modelSha256: taken.archive.sha256, sha256, from, problem, foreignImage };
}

/** An image that mlbench built is called after it, wherever it was pushed. */
export function foreignImageOf({ image }: Pick<UpSettings, 'image'>): string | null {
  return image === null || /(?:^|\/)mlbench[^/]*$/.test(image) ? null : image;
}

interface OwnSample {
  path: string;
  bytes: Uint8Array;
}

/** The package's own request is for our serving program alone. */
function readOwn(modelPath: string | null, { foreignImage }: TakingOptions): OwnSample | null {
  const path = modelPath === null && foreignImage !== null ? null : ownSamplePath(modelPath);
  return path === null ? null : { path, bytes: readOwnSample(path) };
}

/** What an earlier `up` found out, if it is about just this model and just this request. */
function knownBefore(
  archive: ModelArchive,
  own: OwnSample | null,
  record: SampleRecord | null,
  { foreignImage }: TakingOptions,
  context: CommandContext,
): SampleRequest | null {
  const deployed = readExperiment(context)?.resources ?? [];
  const isDeployed = deployed.some(({ state, name }) => state === 'present' && name.includes(archive.sha256));
  if (!isDeployed || record?.modelSha256 !== archive.sha256) return null;
  if (record.foreignImage !== foreignImage) return null;
  const { from, problem } = record;
  if (own !== null) {
    const isSame = from === 'file' && sha256Of(own.bytes) === record.sha256;
    return isSame ? { from, ...own, problem } : null;
  }
  if (from === 'file') return null;
  const bytes = readKeptSample(context, record);
  if (bytes === null && record.sha256 !== null) return null;
  return { from, path: keptSamplePath(context), bytes, problem };
}

async function trial(
  archive: ModelArchive,
  own: OwnSample | null,
  context: CommandContext,
  { foreignImage, tryOnly }: TakingOptions,
): Promise<SampleRequest> {
  const { stateDir, clock, signal } = context;
  // A plan makes no state directory.
  const elsewhere = tryOnly && !existsSync(stateDir) ? join(tmpdir(), temporaryName(planPurpose)) : null;
  try {
    const { unserved, sample } = await verifyModel(archive, {
      scratchDirectory: elsewhere ?? join(stateDir, 'scratch'),
      clock,
      signal,
      ...(own === null ? {} : { ownSample: own.bytes }),
    });
    if (unserved.length > 0) emitUnserved(unserved, archive, context);
    return found(sample, own, foreignImage, context);
  } finally {
    if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
  }
}

function found(
  { from, body, problem }: ModelInfo['sample'],
  own: OwnSample | null,
  foreignImage: string | null,
  context: CommandContext,
): SampleRequest {
  if (own === null && from === 'inputs') {
    const bytes = body === null ? null : Buffer.from(body);
    const why =
      foreignImage !== null
        ? `what the image ${foreignImage} takes, nobody but you knows`
        : problem && `the model does not answer the one that its inputs ask for: ${problem}`;
    return { from, path: keptSamplePath(context), bytes, problem: why };
  }
  const sample: SampleRequest =
    own !== null
      ? { from: 'file', ...own, problem: null }
      : {
          from: 'archive',
          path: keptSamplePath(context),
          bytes: body === null ? null : Buffer.from(body),
          problem: body === null ? problem : null,
        };
  if (problem !== null && foreignImage === null) emitRefused(sample, problem, context);
  return sample;
}

/** Whoever keeps a request means it to be sent. */
function emitRefused({ from, path }: SampleRequest, problem: string, { emit }: CommandContext): void {
  const which = from === 'file' ? path : 'in its archive';
  emit({
    type: 'notice',
    level: 'warning',
    message: `the model does not answer the sample request ${which}: ${problem}`,
    remedy: 'mend it, or pass --body @FILE to load and invoke',
  });
}

function emitUnserved(
  unserved: ModelInfo['unserved'],
  { source }: ModelArchive,
  { emit }: CommandContext,
): void {
  const names = unserved.map(({ name, type }) => `"${name}" (${type})`).join(', ');
  emit({
    type: 'notice',
    level: 'warning',
    message: `answers of the model ${source} leave out what cannot be fetched from ONNX Runtime: ${names}`,
    remedy: 'export the model so that each output is a tensor of numbers or text, such as zipmap=False',
  });
}
