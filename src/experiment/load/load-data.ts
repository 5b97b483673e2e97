import { extname, resolve } from 'node:path';
import { type ContentPlaces, type ContentRef, contentOfBytes, contentOfFile } from '../../core/content.ts';
import { userError } from '../../core/errors.ts';
import { refuseNoFile } from '../../core/files/read-whole.ts';
import type { DataPlan } from '../../load/payloads/data-plan.ts';
import type { Destination, LoadPlan } from '../../load/plan/plan.ts';
import { mostRuntimeBytes } from '../../load/request/request.ts';
import type { LoadOptions } from './load-options.ts';
import { mostBodyBytes, type RequestBody } from './request-body.ts';

/** What requests carry: the one body, or those of a file, and their type. @throws MlbenchError as `dataPlanOf` does */
export async function payloadOf(
  options: LoadOptions,
  kind: Destination['kind'],
  { bytes, contentType }: Pick<RequestBody, 'bytes' | 'contentType'>,
  signal?: AbortSignal,
): Promise<{ payload: Pick<LoadPlan, 'body' | 'data' | 'contentType'>; places: ContentPlaces }> {
  const many = await dataPlanOf(options, kind, signal);
  const body = bytes.length === 0 ? null : contentOfBytes(bytes, 'body');
  return {
    payload: { body, data: many?.data ?? null, contentType: many?.contentType ?? contentType },
    places: { ...many?.places, ...(body === null ? {} : { [body.sha256]: { bytes } }) },
  };
}

/**
 * What `--data` and its companions ask for, and the content type of what will be sent.
 * @throws MlbenchError for what does not go together (exit code 2)
 */
async function dataPlanOf(
  options: LoadOptions,
  kind: Destination['kind'],
  signal?: AbortSignal,
): Promise<{ data: DataPlan; contentType: string; places: ContentPlaces } | null> {
  const { dataFile, dataOrder, dataWeights } = options;
  if (dataFile === undefined) {
    const orphan =
      dataOrder !== undefined ? '--data-order' : dataWeights !== undefined ? '--data-weights' : null;
    if (orphan === null) return null;
    throw userError(
      'contradiction',
      `${orphan} says nothing without --data`,
      `add --data FILE, or leave out ${orphan}`,
    );
  }
  if (dataWeights !== undefined && dataOrder === 'sequence') {
    throw userError(
      'contradiction',
      'weights choose at random, and --data-order sequence does not',
      'leave out --data-order or --data-weights',
    );
  }
  const format = formats[extname(dataFile).toLowerCase()];
  if (format === undefined) {
    throw userError(
      'bad-data',
      `--data ${dataFile}: neither .jsonl nor .csv`,
      'name the file .jsonl (a body a line) or .csv (a header, then a body a row)',
    );
  }
  const contentType = options.contentType ?? 'application/json';
  const { ref, places } = await located('--data', dataFile, signal);
  const weights = dataWeights === undefined ? null : await located('--data-weights', dataWeights, signal);
  return {
    contentType,
    places: { ...places, ...weights?.places },
    data: {
      content: ref,
      format,
      rowsAs: format === 'csv' && /^text\/csv\b/i.test(contentType) ? 'rows' : 'json',
      order: dataOrder ?? (dataWeights === undefined ? 'sequence' : 'random'),
      weights: weights?.ref ?? null,
      mostBodyBytes: kind === 'runtime' ? mostRuntimeBytes : mostBodyBytes,
    },
  };
}

/** @throws MlbenchError `data-unreadable` */
async function located(
  flag: string,
  file: string,
  signal?: AbortSignal,
): Promise<{ ref: ContentRef; places: ContentPlaces }> {
  const path = resolve(file);
  try {
    refuseNoFile(path);
    const ref = await contentOfFile(path, signal);
    return { ref, places: { [ref.sha256]: { path } } };
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw userError('data-unreadable', `${flag} ${file}: ${why}`, 'name a file that can be read', error);
  }
}

const formats: Record<string, DataPlan['format']> = { '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.csv': 'csv' };
