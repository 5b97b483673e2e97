import { extname } from 'node:path';
import { MlbenchError, userError } from '../../core/errors.ts';
import { readWhole } from '../../core/files/read-whole.ts';
import type { LoadPlan } from '../../load/plan/plan.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { SentOutcome } from '../contract/outcomes.ts';
import type { SampleRequest } from '../settings/sample-request.ts';
import { shownBody } from '../stack/sample-outcome.ts';
import type { LoadOptions } from './load-options.ts';

/** No service takes more in one request. */
export const mostBodyBytes = 67_108_864;

export interface RequestBody {
  bytes: Uint8Array;
  contentType: string;
  /** Null: whoever runs the command says what to send. */
  sample: Pick<SampleRequest, 'from' | 'path'> | null;
}

type Given = Pick<LoadOptions, 'body' | 'contentType'>;

/**
 * What a request carries: what was given, or else a sample request.
 * @param sample asked only if it is needed
 * @throws MlbenchError `body-unreadable`, and what `sample` throws (exit code 2)
 */
export function readBody(options: Given, sample: () => SampleRequest): RequestBody {
  const given = readGiven(options);
  if (given !== null) return given;
  const { bytes, from, path } = sample();
  return { ...withoutBody(options), bytes: bytes ?? nothing, sample: { from, path } };
}

/**
 * The text, or the file that `@FILE` names; null: neither was given.
 * @throws MlbenchError `body-unreadable` (exit code 2)
 */
export function readGiven(options: Given): RequestBody | null {
  const { body, contentType } = options;
  if (body === undefined) return null;
  if (!body.startsWith('@')) {
    // An argument that was no UTF-8 has been turned into this sign: its bytes are lost.
    if (body.includes('\uFFFD')) {
      throw userError(
        'body-unreadable',
        '--body is not UTF-8 text, and an argument can be nothing else',
        'put the bytes into a file, and pass --body @FILE',
      );
    }
    return { ...withoutBody(options), bytes: Buffer.from(body) };
  }
  const path = body.slice(1);
  try {
    const bytes = readWhole(path, mostBodyBytes);
    return { bytes, contentType: contentType ?? contentTypeOf(path), sample: null };
  } catch (error) {
    throw userError(
      'body-unreadable',
      `--body @${path}: ${error instanceof Error ? error.message : String(error)}`,
      'name a file that can be read, or pass the body itself',
      error,
    );
  }
}

const nothing = new Uint8Array();

function withoutBody({ contentType = 'application/json' }: Pick<Given, 'contentType'>): RequestBody {
  return { bytes: nothing, contentType, sample: null };
}

type CarriedOptions = Pick<LoadOptions, 'body' | 'contentType' | 'dataFile' | 'scenarioFile'>;

/**
 * Of a model's requests: each has a body, which a file of many bodies takes the place of. The requests of a scenario
 * may have bodies of their own.
 */
export function modelBody(options: CarriedOptions, sample: () => SampleRequest): RequestBody {
  if (options.dataFile !== undefined) return withoutBody(options);
  try {
    return readBody(options, sample);
  } catch (error) {
    const isMissing = error instanceof MlbenchError && error.code === 'no-body';
    if (!isMissing || options.scenarioFile === undefined) throw error;
    return withoutBody(options);
  }
}

/** Of requests to any URL: nothing unless it is given. */
export function urlBody(options: CarriedOptions): RequestBody {
  return readGiven(options) ?? withoutBody(options);
}

/** The requests are the model's own, and nobody says what they carry. */
export function needsSample({ body, dataFile, scenarioFile }: CarriedOptions): boolean {
  return body === undefined && dataFile === undefined && scenarioFile === undefined;
}

export function carriesBody({ body, dataFile }: Pick<CarriedOptions, 'body' | 'dataFile'>): boolean {
  return body !== undefined || dataFile !== undefined;
}

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

export function sentOutcome({ bytes, sample }: RequestBody): SentOutcome {
  return {
    from: sample?.from ?? 'given',
    path: sample?.path ?? null,
    body: shownBody(bytes),
    bytes: bytes.length,
  };
}

/** A text of the user's own is the user's to keep. */
const mostTextBytes = 4_096;

export function recordedBody({
  plan,
  sent,
}: {
  plan: Pick<LoadPlan, 'body'>;
  sent: RequestBody;
}): Pick<RunResult, 'body'> {
  if (plan.body === null) return {};
  const { sha256, sizeBytes: bytes } = plan.body;
  const { sample } = sent;
  if (sample === null) return { body: { from: 'given', bytes, sha256 } };
  const text = bytes <= mostTextBytes ? { text: Buffer.from(sent.bytes).toString('utf8') } : {};
  return { body: { from: sample.from, bytes, sha256, ...text } };
}
