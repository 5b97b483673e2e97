import { readFileSync } from 'node:fs';
import { printableJson } from '../../core/printable.ts';
import type { RunResult } from '../schemas/result.ts';
import type { TimelineEvent } from '../schemas/timeline.ts';
import { intervalLogVersion, timelineVersion } from '../schemas/versions.ts';
import { type AppendedFile, createAppendedFile } from './appended-file.ts';
import type { FolderFiles } from './folder-files.ts';
import { createIntervalLog, type LoggedInterval } from './interval-log.ts';

/** What grows while a run goes, line by line: timeline and intervals. */
export interface GrowingFiles {
  open(): void;
  append(event: TimelineEvent): void;
  appendInterval(interval: LoggedInterval): void;
  /** What has been appended so far. */
  timeline(): readonly TimelineEvent[];
  /** What stands in `intervals.hlog`; null where an interval is missing. */
  intervalLog(): Uint8Array | null;
  /** Versions, sizes and hashes at this moment. */
  measured(): NonNullable<RunResult['files']>;
  areThere(): boolean;
  /** Nothing more is appended. */
  close(): void;
}

export function createGrowingFiles(folder: FolderFiles): GrowingFiles {
  const events: TimelineEvent[] = [];
  const timeline = createAppendedFile(folder.pathOf('timeline.ndjson'), folder.access);
  const intervals = createAppendedFile(folder.pathOf('intervals.hlog'), folder.access);
  // Only the writing is attempted: a histogram that cannot be encoded is a bug, and no fault of the folder.
  const appendTo = (file: AppendedFile, lines: string) => {
    // Not after a failure: lines would be missing between those before and those after.
    if (folder.complete()) folder.attempt(() => file.append(lines));
  };
  const intervalLog = createIntervalLog((lines) => appendTo(intervals, lines));
  return {
    open() {
      folder.attempt(() => {
        timeline.open();
        intervals.open();
      });
    },
    append(event) {
      events.push(event);
      appendTo(timeline, `${printableJson(event)}\n`);
    },
    appendInterval(interval) {
      if (folder.complete()) intervalLog.append(interval);
    },
    timeline: () => events,
    intervalLog() {
      if (!folder.complete() || intervals.measured() === null) return null;
      let bytes: Uint8Array | null = null;
      folder.attempt(() => {
        bytes = readFileSync(folder.pathOf('intervals.hlog'));
      });
      return bytes;
    },
    measured: () => filesOf(timeline.measured(), intervals.measured()),
    areThere: () => timeline.isThere() && intervals.isThere(),
    close() {
      timeline.close();
      intervals.close();
    },
  };
}

type Measured = ReturnType<AppendedFile['measured']>;

function filesOf(timeline: Measured, intervals: Measured): NonNullable<RunResult['files']> {
  return {
    ...(timeline === null ? {} : { 'timeline.ndjson': { version: timelineVersion, ...timeline } }),
    ...(intervals === null ? {} : { 'intervals.hlog': { version: intervalLogVersion, ...intervals } }),
  };
}
