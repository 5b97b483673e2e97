import { movementIn, scalingOf } from '../fleet/scaling-summary.ts';
import type { RecordedFile, RunResult } from '../schemas/result.ts';
import { type TimelineEvent, timelineEventSchema } from '../schemas/timeline.ts';
import { timelineVersion } from '../schemas/versions.ts';
import { issueText, otherVersion } from './read-result.ts';
import type { RecordRefusal } from './record-errors.ts';
import { readRecordFile, reasonOf } from './record-file.ts';

/**
 * `timeline.ndjson` of a run that ended, in the order of the file.
 * @throws MlbenchError `run-version`, `run-truncated`, `run-unreadable`
 */
export function readTimeline(path: string, result: RunResult, refuse: RecordRefusal): TimelineEvent[] {
  const { files } = result;
  const recorded = files?.['timeline.ndjson'] ?? null;
  // Nothing of it was ever written: a disk was full from the start.
  if (files !== undefined && recorded === null) return [];
  if (recorded !== null) checkVersion(recorded, refuse);
  const text = readRecordFile(path, recorded, refuse).toString('utf8');
  if (!text.endsWith('\n')) throw truncated('is cut short', refuse);
  const timeline: TimelineEvent[] = [];
  // Line by line: a file of nothing but line ends is refused at its first.
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    timeline.push(parseLine(text.slice(from, end), timeline.length + 1, refuse));
    from = end + 1;
  }
  if (files === undefined) checkOldTimeline(timeline, result, refuse);
  return timeline;
}

function checkVersion({ version }: RecordedFile, refuse: RecordRefusal): void {
  if (version !== timelineVersion) throw otherVersion('timeline.ndjson', version, timelineVersion, refuse);
}

function parseLine(line: string, number: number, refuse: RecordRefusal): TimelineEvent {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (error) {
    throw refuse(
      'run-unreadable',
      `timeline.ndjson: line ${number} is not JSON: ${reasonOf(error)}`,
      'name another run',
      error,
    );
  }
  const parsed = timelineEventSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const what = `timeline.ndjson: line ${number}: ${issueText(parsed.error)}`;
  throw refuse('run-unreadable', what, 'name another run');
}

/** Nobody wrote down how long it was: but each run said when its load ended, and its result how the fleet moved. */
function checkOldTimeline(
  timeline: readonly TimelineEvent[],
  result: RunResult,
  refuse: RecordRefusal,
): void {
  if (!timeline.some((event) => event.type === 'phase' && event.phase === 'load-ended'))
    throw truncated("ends before the load's end", refuse);
  const scaling = scalingOf(result);
  if (scaling === null) return;
  const movement = movementIn(timeline);
  const { instances, scaleOuts, scaleIns } = scaling;
  if (JSON.stringify(movement) !== JSON.stringify({ instances, scaleOuts, scaleIns }))
    throw truncated('does not hold all that result.json counts', refuse);
}

function truncated(how: string, refuse: RecordRefusal) {
  return refuse('run-truncated', `timeline.ndjson ${how}`, 'name another run, or restore the file');
}
