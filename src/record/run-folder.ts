import { accessSync, appendFileSync, constants, existsSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../core/atomic-file.ts';
import { type MlbenchError, systemErrorCode, userError } from '../core/errors.ts';
import { makeFolder } from '../core/folder.ts';
import { newUuid } from '../core/random.ts';
import type { RunResult } from './result.ts';
import type { TimelineEvent } from './timeline.ts';

/**
 * A run's folder and what is written into it; each line of the timeline at once, so that an interruption keeps it. A
 * disk that fills up meanwhile does not end the run: `onTrouble` hears of it once, and the rest goes on unwritten.
 */
export interface RunDirectory {
  readonly path: string;
  readonly reportPath: string;
  append(event: TimelineEvent): void;
  /** What has been appended so far. */
  timeline(): readonly TimelineEvent[];
  writeResult(result: RunResult): void;
  writeHistogram(hgrm: string): void;
  writeReport(html: string): void;
  /** False once anything could not be written. */
  complete(): boolean;
  /** The run never began: a folder made for it goes, one with something in it stays as it is. */
  discard(): void;
}

/** Sorts by time: `20260301T142501Z-3f9a`. */
export function newRunId(nowMs: number): string {
  const instant = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${instant}-${newUuid().slice(0, 4)}`;
}

/** @throws MlbenchError `out-dir` where it cannot be made */
export function openRunDirectory(
  stateDir: string,
  runId: string,
  outDir: string | undefined,
  onTrouble: (error: MlbenchError) => void,
): RunDirectory {
  const path = outDir === undefined ? join(stateDir, 'runs', runId) : resolve(outDir);
  const timelinePath = join(path, 'timeline.ndjson');
  const isNew = !existsSync(path);
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
  const events: TimelineEvent[] = [];
  const reportPath = join(path, 'report.html');
  let complete = true;
  const attempt = (write: () => void) => {
    try {
      write();
    } catch (error) {
      if (complete) onTrouble(unwritable(path, error));
      complete = false;
    }
  };
  return {
    path,
    reportPath,
    append(event) {
      events.push(event);
      // The first replaces an older run's; until then nothing is touched.
      const write = events.length === 1 ? writeFileSync : appendFileSync;
      // Not after a failure: the next line would continue a broken one.
      if (complete) attempt(() => write(timelinePath, `${JSON.stringify(event)}\n`, { mode: 0o600 }));
    },
    timeline: () => events,
    writeResult: (result) =>
      attempt(() => writeFileAtomic(join(path, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)),
    writeHistogram: (hgrm) => attempt(() => writeFileAtomic(join(path, 'response-time.hgrm'), hgrm)),
    writeReport: (html) => attempt(() => writeFileAtomic(reportPath, html)),
    complete: () => complete,
    discard() {
      if (!isNew || events.length > 0) return;
      try {
        rmdirSync(path);
      } catch {
        // Somebody has put something into it.
      }
    },
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
