import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { userError } from '../../core/errors.ts';
import { readWhole } from '../../core/files/read-whole.ts';
import { packageRoot } from '../../core/package-paths.ts';
import type { LoadOptions } from './load-options.ts';

/** No service takes more in one request. */
export const mostBodyBytes = 67_108_864;

/** Of the experiment; null: the sample model; undefined: a model that is not on this machine. */
export type ModelPath = string | null | undefined;

export interface RequestBody {
  bytes: Uint8Array;
  contentType: string;
}

/**
 * What a request carries: the text, or the file that `@FILE` names.
 * @throws MlbenchError `body-unreadable`, `no-body` (exit code 2)
 */
export function readBody(
  { body, contentType }: Pick<LoadOptions, 'body' | 'contentType'>,
  modelPath: ModelPath,
): RequestBody {
  if (body !== undefined && !body.startsWith('@')) {
    // An argument that was no UTF-8 has been turned into this sign: its bytes are lost.
    if (body.includes('\uFFFD')) {
      throw userError(
        'body-unreadable',
        '--body is not UTF-8 text, and an argument can be nothing else',
        'put the bytes into a file, and pass --body @FILE',
      );
    }
    return { bytes: Buffer.from(body), contentType: contentType ?? 'application/json' };
  }
  const path = body?.slice(1) ?? sampleRequestPath(modelPath);
  try {
    return { bytes: readWhole(path, mostBodyBytes), contentType: contentType ?? contentTypeOf(path) };
  } catch (error) {
    throw userError(
      'body-unreadable',
      `--body @${path}: ${error instanceof Error ? error.message : String(error)}`,
      'name a file that can be read, or pass the body itself',
      error,
    );
  }
}

const nothing: RequestBody = { bytes: new Uint8Array(), contentType: 'application/json' };

type CarriedOptions = Pick<LoadOptions, 'body' | 'contentType' | 'dataFile'>;

/** Of a model's requests: each has a body, which a file of many bodies takes the place of. */
export function modelBody(options: CarriedOptions, modelPath: ModelPath): RequestBody {
  return options.dataFile === undefined ? readBody(options, modelPath) : nothing;
}

/** Of requests to any URL: nothing unless it is given. */
export function urlBody(options: CarriedOptions): RequestBody {
  if (options.body !== undefined) return readBody(options, null);
  return { ...nothing, contentType: options.contentType ?? nothing.contentType };
}

export function carriesBody({ body, dataFile }: CarriedOptions): boolean {
  return body !== undefined || dataFile !== undefined;
}

/** Whether `load` and `invoke` know a valid request for the model, and need no `--body`. */
export function hasSampleRequest(modelPath: ModelPath): boolean {
  return modelPath !== undefined && existsSync(expectedSample(modelPath));
}

function sampleRequestPath(modelPath: ModelPath): string {
  if (modelPath === undefined)
    throw userError('no-body', 'nobody but you knows a valid request for this endpoint', 'pass --body @FILE');
  const beside = expectedSample(modelPath);
  if (modelPath === null || existsSync(beside)) return beside;
  throw userError(
    'no-body',
    `nobody but you knows a valid request for the model ${modelPath}`,
    `pass --body @FILE, or keep one as ${beside}`,
  );
}

/** Beside a model of one's own, a `sample-request.json` is taken as the one of the package is for the sample model. */
function expectedSample(modelPath: string | null): string {
  if (modelPath === null) return join(packageRoot, 'model', sampleRequest);
  const folder = existsSync(modelPath) && statSync(modelPath).isDirectory() ? modelPath : dirname(modelPath);
  return join(folder, sampleRequest);
}

const sampleRequest = 'sample-request.json';

const contentTypes: Record<string, string> = {
  '.csv': 'text/csv',
  '.jsonl': 'application/jsonlines',
  '.ndjson': 'application/jsonlines',
  '.txt': 'text/plain',
  '.bin': 'application/octet-stream',
};

function contentTypeOf(path: string): string {
  return contentTypes[extname(path).toLowerCase()] ?? 'application/json';
}
