import type { z } from 'zod';
import { parseRecordedExpectation } from '../judgement/expectation.ts';
import { serviceVerdictOf } from '../judgement/service-verdict.ts';
import { type RunResult, resultSchema } from '../schemas/result.ts';
import { resultVersion } from '../schemas/versions.ts';
import type { RecordRefusal } from './record-errors.ts';
import { readRecordFile, reasonOf } from './record-file.ts';

/**
 * `result.json`, of this version or any before.
 * @throws MlbenchError `not-a-run`, `run-version`, `run-truncated`, `run-unreadable`
 */
export function readResult(path: string, refuse: RecordRefusal): RunResult {
  const raw = parseWhole(readRecordFile(path, null, refuse).toString('utf8'), refuse);
  const { schemaVersion } = raw;
  if (schemaVersion === undefined)
    throw refuse(
      'not-a-run',
      'its result.json is none of mlbench: it has no schemaVersion',
      'name another run',
    );
  if (schemaVersion !== resultVersion)
    throw otherVersion('result.json', schemaVersion, resultVersion, refuse);
  const parsed = resultSchema.safeParse(withExpectationData(raw, refuse));
  if (!parsed.success)
    throw refuse('run-unreadable', `result.json: ${issueText(parsed.error)}`, 'name another run');
  return withServiceVerdict(withCharged(parsed.data));
}

export function otherVersion(name: string, version: unknown, known: number, refuse: RecordRefusal) {
  return refuse(
    'run-version',
    `${name} has version ${JSON.stringify(version)}; this mlbench reads version ${known}`,
    'use the mlbench that wrote it, or update this one',
  );
}

/** Where, and what is wrong there. */
export function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'its top level'}: ${issue?.message}`;
}

/** The last character that is written is a line's end: without it, something is missing, be it only that. */
function parseWhole(text: string, refuse: RecordRefusal): Record<string, unknown> {
  const foreign = () => refuse('not-a-run', 'its result.json is none of mlbench', 'name another run');
  if (text !== '' && !text.startsWith('{')) throw foreign();
  const isCut = () =>
    refuse('run-truncated', 'result.json is cut short', 'name another run, or restore the file');
  if (!text.endsWith('\n')) throw isCut();
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (!text.endsWith('\n}\n')) throw isCut();
    throw refuse('run-unreadable', `result.json is not JSON: ${reasonOf(error)}`, 'name another run', error);
  }
}

/** Older records hold an expectation's text alone. */
function withExpectationData(raw: Record<string, unknown>, refuse: RecordRefusal): Record<string, unknown> {
  const { thresholds } = raw;
  if (!Array.isArray(thresholds)) return raw;
  return { ...raw, thresholds: thresholds.map((entry, index) => completed(entry, index, refuse)) };
}

function completed(entry: unknown, index: number, refuse: RecordRefusal): unknown {
  if (typeof entry !== 'object' || entry === null || 'quantity' in entry) return entry;
  if (!('expression' in entry) || typeof entry.expression !== 'string') return entry;
  try {
    return { ...entry, ...parseRecordedExpectation(entry.expression, `thresholds.${index}`) };
  } catch (error) {
    throw refuse('run-unreadable', `result.json: ${reasonOf(error)}`, 'name another run', error);
  }
}

/** Older records say in the note alone whether anything was charged. No new record needs this: it has `charged`. */
function withCharged(result: RunResult): RunResult {
  const { costUsd } = result;
  if (costUsd.charged !== undefined || costUsd.instanceHours === undefined) return result;
  const charged = costUsd.note?.startsWith('Nothing was charged') !== true;
  return { ...result, costUsd: { ...costUsd, charged } };
}

/** Older records leave it to their reader what the expectations and the checks make together. */
function withServiceVerdict(result: RunResult): RunResult {
  return { ...result, expectations: result.expectations ?? { verdict: serviceVerdictOf(result) } };
}
