import { formatNumber, formatSpan, formatUs, plural } from '../charts/format.ts';
import { senderOf } from '../offered/offered-load.ts';
import type { Overload } from '../record/fleet/overload.ts';
import { outlineOf } from '../record/fleet/run-outline.ts';
import { expectedP99Us } from '../record/judgement/expected-limit.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';

/**
 * One or two sentences; each clause is a fact of the run's outline or a figure of its result, in the order of events.
 */
export function headlineOf(result: RunResult, timeline: readonly TimelineEvent[]): string {
  const { requests, latencyUs, profile, thresholds } = result;
  if (requests.sent === 0) return 'No request was sent.';
  if (requests.succeeded === 0) return `None of ${plural(requests.sent, 'request')} succeeded.`;
  const { overload, counts } = outlineOf(timeline, expectedP99Us(thresholds));
  const failures =
    requests.failed === 0 ? 'no request failed' : `${plural(requests.failed, 'request')} failed`;
  if (overload !== null) return `${overloadWords(senderOf(profile), overload, counts)}; ${failures}.`;
  const fleet = counts.length === 0 ? '' : ` the fleet ${moveWords(counts)},`;
  return `${senderOf(profile)} sent ${plural(requests.sent, 'request')};${fleet} p99 was ${formatUs(latencyUs.response.p99)} over the run, and ${failures}.`;
}

function overloadWords(
  sender: string,
  { startMs, recoveredAtMs, peakUs, afterUs }: Overload,
  counts: readonly number[],
): string {
  const [first] = counts;
  const subject =
    first === undefined ? 'the service' : first === 1 ? 'one instance' : plural(first, 'instance');
  const lasted = recoveredAtMs === null ? '' : ` for ${formatSpan(recoveredAtMs - startMs)}`;
  const head = `${sender} overloaded ${subject}${lasted}: p99 up to ${formatUs(peakUs)}.`;
  const fleet = counts.length > 1 ? `The fleet ${moveWords(counts)}` : null;
  if (recoveredAtMs === null)
    return `${head} ${fleet === null ? '' : `${fleet}, but `}p99 had not recovered by the end`;
  if (fleet !== null) return `${head} ${fleet}, and p99 fell to ${formatUs(afterUs)}`;
  return `${head} p99 fell to ${formatUs(afterUs)}${first === undefined ? '' : ' without another instance'}`;
}

const mostTurns = 5;

/** `stayed at 2 instances`, `grew from 1 to 4`, `shrank from 4 to 2`, `went from 1 to 4 to 2`. */
function moveWords(counts: readonly number[]): string {
  const first = counts[0] ?? 0;
  const last = counts.at(-1) ?? 0;
  if (counts.length === 1) return `stayed at ${plural(first, 'instance')}`;
  if (counts.length === 2) return `${last > first ? 'grew' : 'shrank'} from ${first} to ${last}`;
  if (counts.length <= mostTurns)
    return `went from ${counts.map((count) => formatNumber(count)).join(' to ')}`;
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return `went from ${first} to ${last}, between ${least} and ${most}`;
}
