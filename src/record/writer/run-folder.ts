import { accessSync, constants, existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../../core/atomic-file.ts';
import { type MlbenchError, systemErrorCode, userError } from '../../core/errors.ts';
import { makeFolder } from '../../core/folder.ts';
import { newUuid } from '../../core/random.ts';
import type { RunResult } from '../schemas/result.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';
import { intervalLogVersion, timelineVersion } from '../schemas/versions.ts';
import { type AppendedFile, createAppendedFile } from './appended-file.ts';
import { createIntervalLog, type LoggedInterval } from './interval-log.ts';

/**
 * A run's folder and what is written into it. Timeline and intervals grow line by line, each at once, so that a run that is
 * killed leaves them readable up to there; the rest is written whole or not at all, `result.json` at the end. A disk that
 * fills up meanwhile does not end the run: `onTrouble` hears of it once, and the rest goes on unwritten.
 */
export interface RunFolder {
  readonly path: string;
  readonly reportPath: string;
  /** Opens what grows during the run; what an older run left goes. To be called before the run takes descriptors. */
  begin(): void;
  append(event: TimelineEvent): void;
  appendInterval(interval: LoggedInterval): void;
  /** What has been appended so far. */
  timeline(): readonly TimelineEvent[];
  /** What stands in `intervals.hlog`; null where an interval is missing. */
  intervalLog(): Uint8Array | null;
  /**
   * May be called again when more is known.
   * @returns the result as it was written: with what timeline and intervals measured at this moment
   */
  writeResult(result: RunResult): RunResult;
  writeHistogram(hgrm: string): void;
  writeReport(html: string): void;
  /** False once anything could not be written. */
  complete(): boolean;
  /** The run never began: a folder made for it goes, one with something in it stays as it is. */
  discard(): void;
  /** Nothing more is appended. */
  close(): void;
}

/** `result.json` first: without it, what else is left of an older run is none. */
const fileNames = [
  'result.json',
  'timeline.ndjson',
  'intervals.hlog',
  'report.html',
  'response-time.hgrm',
] as const;

/** Sorts by time: `20260301T142501Z-3f9a`. */
export function newRunId(nowMs: number): string {
  const instant = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${instant}-${newUuid().slice(0, 4)}`;
}

/** @throws MlbenchError `out-dir` where it cannot be made */
export function openRunFolder(
  stateDir: string,
  runId: string,
  outDir: string | undefined,
  onTrouble: (error: MlbenchError) => void,
): RunFolder {
  const path = outDir === undefined ? join(stateDir, 'runs', runId) : resolve(outDir);
  const isNew = !existsSync(path);
  makeWritable(path);
  const { pathOf, timeline, intervals, attempt, complete } = filesIn(path, onTrouble);
  const events: TimelineEvent[] = [];
  // Only the writing is attempted: a histogram that cannot be encoded is a bug, and no fault of the folder.
  const appendTo = (file: AppendedFile, lines: string) => {
    // Not after a failure: lines would be missing between those before and those after.
    if (complete()) attempt(() => file.append(lines));
  };
  const intervalLog = createIntervalLog((lines) => appendTo(intervals, lines));
  return {
    path,
    reportPath: pathOf('report.html'),
    begin() {
      attempt(() => {
        timeline.open();
        intervals.open();
      });
    },
    append(event) {
      events.push(event);
      appendTo(timeline, `${JSON.stringify(event)}\n`);
    },
    appendInterval(interval) {
      if (complete()) intervalLog.append(interval);
    },
    timeline: () => events,
    intervalLog() {
      if (!complete || intervals.measured() === null) return null;
      let bytes: Uint8Array | null = null;
      attempt(() => {
        bytes = readFileSync(pathOf('intervals.hlog'));
      });
      return bytes;
    },
    writeResult(result) {
      const written = { ...result, files: filesOf(timeline.measured(), intervals.measured()) };
      const text = `${JSON.stringify(written, null, 2)}\n`;
      attempt(() => {
        if (!timeline.isThere() || !intervals.isThere())
          throw new Error('somebody has removed what was in it');
        writeFileAtomic(pathOf('result.json'), text);
      });
      return written;
    },
    writeHistogram: (hgrm) => attempt(() => writeFileAtomic(pathOf('response-time.hgrm'), hgrm)),
    writeReport: (html) => attempt(() => writeFileAtomic(pathOf('report.html'), html)),
    complete,
    discard() {
      if (!isNew || events.length > 0) return;
      try {
        rmdirSync(path);
      } catch {
        // Somebody has put something into it.
      }
    },
    close() {
      timeline.close();
      intervals.close();
    },
  };
}

function makeWritable(path: string): void {
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The folder's files, and the attempt to write one of them. */
function filesIn(path: string, onTrouble: (error: MlbenchError) => void) {
  const pathOf = (name: (typeof fileNames)[number]) => join(path, name);
  let begun = false;
  let complete = true;
  return {
    pathOf,
    timeline: createAppendedFile(pathOf('timeline.ndjson')),
    intervals: createAppendedFile(pathOf('intervals.hlog')),
    complete: () => complete,
    attempt(write: () => void): void {
      try {
        // Until the first is written, an older run in the folder is not touched; from then on, nothing of it is left.
        if (!begun) for (const name of fileNames) rmSync(pathOf(name), { force: true });
        begun = true;
        write();
      } catch (error) {
        if (complete) onTrouble(unwritable(path, error));
        complete = false;
      }
    },
  };
}

type Measured = { sizeBytes: number; sha256: string } | null;

function filesOf(timeline: Measured, intervals: Measured): NonNullable<RunResult['files']> {
  return {
    ...(timeline === null ? {} : { 'timeline.ndjson': { version: timelineVersion, ...timeline } }),
    ...(intervals === null ? {} : { 'intervals.hlog': { version: intervalLogVersion, ...intervals } }),
  };
}

function unwritable(path: string, error: unknown): MlbenchError {
  return userError(
    'out-dir',
    `the run's folder ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    systemErrorCode(error) === 'ENOSPC' ? 'free some space there' : 'pass another --out or --state-dir',
    error,
  );
}
