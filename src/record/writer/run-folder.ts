import { accessSync, constants, existsSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MlbenchError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files/atomic-file.ts';
import { makeFolder } from '../../core/files/folder.ts';
import { sweepTemporary } from '../../core/files/temporary-name.ts';
import type { Access } from '../../core/files/umask.ts';
import { printableJson } from '../../core/printable.ts';
import { newUuid } from '../../core/random.ts';
import type { RunResult } from '../schemas/result.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';
import { openFolderFiles, unwritable } from './folder-files.ts';
import { createGrowingFiles } from './growing-files.ts';
import type { LoggedInterval } from './interval-log.ts';

/**
 * A run's folder and what is written into it. Timeline and intervals grow line by line, each at once, so that a run
 * that is killed leaves them readable up to there; the rest is written whole or not at all, `result.json` at the end. A
 * disk that fills up meanwhile does not end the run: `onTrouble` hears of it once, and the rest goes on unwritten.
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

/** Sorts by time: `20260301T142501Z-3f9a`. */
export function newRunId(nowMs: number): string {
  const instant = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${instant}-${newUuid().slice(0, 4)}`;
}

/**
 * @param outDir that the user asked for: whoever the umask lets may read it
 * @throws MlbenchError `out-dir` where it cannot be made
 */
export function openRunFolder(
  stateDir: string,
  runId: string,
  outDir: string | undefined,
  onTrouble: (error: MlbenchError) => void,
): RunFolder {
  const path = outDir === undefined ? join(stateDir, 'runs', runId) : resolve(outDir);
  const access = outDir === undefined ? 'private' : 'asked-for';
  const isNew = !existsSync(path);
  makeWritable(path, access);
  sweepTemporary(path);
  const files = openFolderFiles(path, access, onTrouble);
  const growing = createGrowingFiles(files);
  return {
    path,
    reportPath: files.pathOf('report.html'),
    begin: growing.open,
    append: growing.append,
    appendInterval: growing.appendInterval,
    timeline: growing.timeline,
    intervalLog: growing.intervalLog,
    writeResult(result) {
      const written = { ...result, files: growing.measured() };
      const text = `${printableJson(written, 2)}\n`;
      files.attempt(() => {
        if (!growing.areThere()) throw new Error('somebody has removed what was in it');
        writeFileAtomic(files.pathOf('result.json'), text, access);
      });
      return written;
    },
    writeHistogram: (hgrm) => files.write('response-time.hgrm', hgrm),
    writeReport: (html) => files.write('report.html', html),
    complete: files.complete,
    discard() {
      if (!isNew || growing.timeline().length > 0) return;
      try {
        rmdirSync(path);
      } catch {
        // Somebody has put something into it.
      }
    },
    close: growing.close,
  };
}

function makeWritable(path: string, access: Access): void {
  try {
    makeFolder(path, access);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}
