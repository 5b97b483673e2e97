import { join } from 'node:path';
import { type ModelArchive, packModel } from '../../resources/model-archive.ts';
import { type ModelInfo, verifyModel } from '../../resources/model-check.ts';
import type { CommandContext } from '../context/context.ts';
import { readExperiment } from '../settings/experiments.ts';
import type { UpSettings } from '../settings/up-settings.ts';

/** @returns null where there is nothing of ours to upload */
export async function packedModel(settings: UpSettings): Promise<ModelArchive | null> {
  if (settings.modelDataUrl !== null || settings.broughtVariant !== null) return null;
  return await packModel(settings.modelPath);
}

/**
 * Packs the model, and loads it once for a trial unless just this one was deployed before.
 * @returns null where there is nothing of ours to upload
 */
export async function takeModel(settings: UpSettings, context: CommandContext): Promise<ModelArchive | null> {
  const archive = await packedModel(settings);
  if (!archive) return null;
  const { stateDir, clock, signal } = context;
  const deployed = readExperiment(context)?.resources ?? [];
  if (!deployed.some(({ state, name }) => state === 'present' && name.includes(archive.sha256))) {
    const scratchDirectory = join(stateDir, 'scratch');
    const { unserved } = await verifyModel(archive, { scratchDirectory, clock, signal });
    if (unserved.length > 0) emitUnserved(unserved, archive, context);
  }
  return archive;
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
