import { join } from 'node:path';
import { scaleOutDelays } from './fleet/scale-out-delay.ts';
import { scalingOf } from './fleet/scaling-summary.ts';
import { expectedP99Us } from './judgement/expected-limit.ts';
import { type IntervalLog, readIntervalLog } from './read-interval-log.ts';
import { findRunFolder } from './reader/find-run.ts';
import { otherVersion, readResult } from './reader/read-result.ts';
import { readTimeline } from './reader/read-timeline.ts';
import { type RecordRefusal, refuseRecord } from './reader/record-errors.ts';
import { checkRecordFile, readRecordFile, reasonOf } from './reader/record-file.ts';
import type { RecordedFile, RunResult } from './schemas/result.ts';
import type { TimelineEvent } from './schemas/timeline.ts';
import { intervalLogVersion } from './schemas/versions.ts';

/** All that is known of a run that ended. */
export interface RunRecord {
  folder: string;
  result: RunResult;
  /** In the order in which it was written, not quite that of time. */
  timeline: readonly TimelineEvent[];
  /**
   * Read when asked for; null where the run kept none.
   * @throws MlbenchError `run-truncated`, `run-unreadable`
   */
  intervals(): IntervalLog | null;
}

/**
 * A run's record, whichever version wrote it, with what older versions did not write filled in. Nothing is written.
 * A run killed after its result was first written has that result, and the timeline up to then.
 *
 * @param run its id, or its folder
 * @param flag what asked for it: `--from-run`; empty: an argument
 * @throws MlbenchError with a code of `RecordProblem`, exit code 2
 */
export function readRecord(run: string, stateDir: string, flag = ''): RunRecord {
  const refuse = refuseRecord(`${flag === '' ? 'run' : flag} ${run}`);
  const folder = findRunFolder(run, stateDir, refuse);
  const result = readResult(join(folder, 'result.json'), refuse);
  const timeline = readTimeline(join(folder, 'timeline.ndjson'), result, refuse);
  const intervalsPath = join(folder, 'intervals.hlog');
  const recorded = result.files?.['intervals.hlog'] ?? null;
  if (recorded !== null) {
    if (recorded.version !== intervalLogVersion)
      throw otherVersion('intervals.hlog', recorded.version, intervalLogVersion, refuse);
    checkRecordFile(intervalsPath, recorded, refuse);
  }
  return {
    folder,
    result: withScaleOutDelays(result, timeline),
    timeline,
    intervals: () => (recorded === null ? null : intervalsOf(intervalsPath, recorded, refuse)),
  };
}

function intervalsOf(path: string, recorded: RecordedFile, refuse: RecordRefusal): IntervalLog {
  const content = readRecordFile(path, recorded, refuse);
  try {
    return readIntervalLog(content);
  } catch (error) {
    throw refuse('run-unreadable', `intervals.hlog: ${reasonOf(error)}`, 'name another run', error);
  }
}

function withScaleOutDelays(result: RunResult, timeline: readonly TimelineEvent[]): RunResult {
  const scaling = scalingOf(result);
  if (scaling === null || scaling.scaleOutDelays !== undefined) return result;
  const inOrder = timeline.toSorted((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  const delays = scaleOutDelays(inOrder, expectedP99Us(result.thresholds));
  return { ...result, scaling: { ...scaling, scaleOutDelays: delays } };
}
