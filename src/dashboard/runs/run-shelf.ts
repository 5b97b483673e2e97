import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MlbenchError, systemErrorCode } from '../../core/errors.ts';
import { recordTables } from '../../load/output/record-tables.ts';
import { describeLoad } from '../../offered/offered-load.ts';
import { readRecord } from '../../record/read-record.ts';
import { readResult } from '../../record/reader/read-result.ts';
import { refuseRecord } from '../../record/reader/record-errors.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { RunLine, RunList, RunSummary } from './run-line.ts';

/** A file of a run, for a download. */
type RunFile =
  | { kind: 'file'; path: string; bytes: number }
  | { kind: 'text'; text: string }
  | { kind: 'none'; reason: string };

/** The records in a state folder, to be looked at and taken away; nothing in it is changed. */
export interface RunShelf {
  list(): RunList;
  /** @param name one of the line's `files` */
  file(runId: string, name: string): RunFile;
}

const recordFiles = ['report.html', 'result.json', 'response-time.hgrm', 'timeline.ndjson', 'intervals.hlog'];
const mostListed = 50;

export function openRunShelf(stateDir: string): RunShelf {
  const folder = join(stateDir, 'runs');
  /** A record does not change any more; those that do are read again. */
  const known = new Map<string, { mtimeMs: number; line: RunLine }>();
  const lineOf = (runId: string): RunLine => {
    const path = join(folder, runId, 'result.json');
    const mtimeMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    const before = known.get(runId);
    if (before?.mtimeMs === mtimeMs) return before.line;
    const line = readLine(folder, runId);
    known.set(runId, { mtimeMs, line });
    return line;
  };
  return {
    list() {
      const all = runsIn(folder);
      const listed = all.slice(0, mostListed);
      for (const runId of known.keys()) if (!listed.includes(runId)) known.delete(runId);
      return { runs: listed.map(lineOf), more: all.length - listed.length, folder };
    },
    file(runId, name) {
      // The name of a folder in this very folder, and no path to any other.
      if (!runsIn(folder).includes(runId)) return { kind: 'none', reason: 'there is no such run' };
      if (recordFiles.includes(name)) return plainFile(join(folder, runId, name), name);
      const table = Object.hasOwn(recordTables, name) ? recordTables[name] : undefined;
      if (table === undefined) return { kind: 'none', reason: 'a run has no such file' };
      try {
        return { kind: 'text', text: table(readRecord(join(folder, runId), stateDir)) };
      } catch (error) {
        if (!(error instanceof MlbenchError)) throw error;
        return { kind: 'none', reason: error.message };
      }
    },
  };
}

/** Newest first, for their ids begin with the time. */
function runsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort((a, b) => (a < b ? 1 : -1));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function plainFile(path: string, name: string): RunFile {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return { kind: 'file', path, bytes: stats.size };
  return { kind: 'none', reason: `the run has no ${name}` };
}

function readLine(folder: string, runId: string): RunLine {
  const files = recordFiles.filter((name) => plainFile(join(folder, runId, name), name).kind === 'file');
  if (!files.includes('result.json')) {
    return { runId, summary: null, problem: 'it has no result: it goes on, or never ended', files };
  }
  try {
    const result = readResult(join(folder, runId, 'result.json'), refuseRecord(`run ${runId}`));
    return {
      runId,
      summary: summaryOf(result),
      problem: null,
      files: [...files, ...Object.keys(recordTables)],
    };
  } catch (error) {
    if (!(error instanceof MlbenchError)) throw error;
    return { runId, summary: null, problem: error.message, files };
  }
}

function summaryOf(result: RunResult): RunSummary {
  const { startedAt, durationSeconds, target, profile, requests, latencyUs, validity, expectations } = result;
  return {
    startedAt,
    durationSeconds,
    destination: target.kind === 'runtime' ? `endpoint ${target.endpointName}` : target.url,
    load: describeLoad(profile, result.flows === undefined ? 'request' : 'flow'),
    sent: requests.sent,
    failed: requests.failed,
    p99Us: latencyUs.response.p99,
    validity: validity.verdict,
    service: expectations?.verdict ?? 'NONE',
  };
}
