import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../../src/core/errors.ts';
import { sampleRequestFile } from '../../../src/core/model/model-layout.ts';
import { decodeJson } from '../decode-json.ts';
import { encodePredictions } from '../encode.ts';
import { oneLine } from '../log.ts';
import type { Model } from '../model.ts';
import { sampleBodies } from './sample-bodies.ts';

/** A request that the model was asked with. */
export interface Sample {
  /** `file`: somebody keeps it with the model; `inputs`: made from what the model takes. */
  from: 'file' | 'inputs';
  /** Null: none can be made, or the file cannot be read. */
  body: string | null;
  /** Why the model does not answer it; null: it does. */
  problem: string | null;
}

/** The request kept with the model, else the first of those made from its inputs that the model answers. */
export async function findSample(model: Model, directory: string, mostBytes: number): Promise<Sample> {
  const kept = readKept(directory, dirname(model.info.file));
  if (kept !== undefined) {
    const problem = kept.problem ?? (await refusalOf(model, kept.body ?? '', mostBytes));
    return { from: 'file', body: kept.body, problem };
  }
  let refused: Sample | undefined;
  for (const body of sampleBodies(model.info, mostBytes)) {
    const problem = await refusalOf(model, body, mostBytes);
    if (problem === null) return { from: 'inputs', body, problem };
    refused ??= { from: 'inputs', body, problem };
  }
  const tooLarge = `a request that fits its shapes is longer than ${mostBytes} bytes`;
  return refused ?? { from: 'inputs', body: null, problem: tooLarge };
}

/** @returns why the model does not answer the body; null: it does */
async function refusalOf(model: Model, body: string, mostBytes: number): Promise<string | null> {
  const bytes = Buffer.byteLength(body);
  if (bytes > mostBytes) return `it has ${bytes} bytes, and a request has at most ${mostBytes}`;
  try {
    encodePredictions(await model.predict(decodeJson(body, model.context), bytes), 'json');
    return null;
  } catch (error) {
    return oneLine(error);
  }
}

/** At the top of the model's folder, or beside the model. */
function readKept(
  directory: string,
  modelFolder: string,
): { body: string | null; problem: string | null } | undefined {
  for (const folder of new Set(['.', modelFolder])) {
    try {
      const bytes = readFileSync(join(directory, folder, sampleRequestFile));
      return { body: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problem: null };
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') continue;
      return { body: null, problem: `it cannot be read: ${oneLine(error)}` };
    }
  }
  return undefined;
}
