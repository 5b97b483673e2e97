import { formatBytes, formatDurationMs } from '../../../core/units.ts';
import type { RunResult } from '../../../record/schemas/result.ts';
import { formatCount } from './value-text.ts';

type Told = Pick<RunResult, 'rateRps' | 'durationSeconds' | 'statuses' | 'bytes' | 'redirects'>;

/** What went and came, as names and values: rates each over its own window, answers by status, bytes. */
export function trafficFacts(result: Told): [name: string, value: string][] {
  const { statuses = {}, bytes, redirects } = result;
  const answers = Object.entries(statuses).map(([status, count]) => `${formatCount(count)} × ${status}`);
  const followed = redirects === undefined ? [] : [`${formatCount(redirects.followed)} redirects followed`];
  const facts: [string, string][] = [['rate', rateText(result)]];
  if (answers.length + followed.length > 0) facts.push(['answers', [...answers, ...followed].join(', ')]);
  if (bytes !== undefined) {
    const flow = (total: number, second: number) => `${formatBytes(total)} (${formatBytes(second)}/s)`;
    facts.push([
      'bytes',
      `${flow(bytes.sent, bytes.sentPerSecond)} sent, ${flow(bytes.received, bytes.receivedPerSecond)} received`,
    ]);
  }
  return facts;
}

/** `offered 2000.0, sent 2000.0, answered 1999.8 requests/s, each over 5s`; each with its own time where these differ. */
function rateText({ rateRps, durationSeconds }: Told): string {
  const { intended, achieved, sent, windows } = rateRps;
  if (sent === undefined || windows === undefined) {
    // An older record's.
    const of = intended === null ? '' : ` of ${intended.toFixed(1)} intended`;
    return `${achieved.toFixed(1)} requests/s${of}, over ${formatDurationMs(durationSeconds * 1_000)}`;
  }
  const length = ({ fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number }) =>
    formatDurationMs(Math.round((toSeconds - fromSeconds) * 10) * 100);
  const parts: [string, number, string][] = [
    ...(intended === null || windows.offered === undefined
      ? []
      : [['offered', intended, length(windows.offered)] as [string, number, string]]),
    ['sent', sent, length(windows.sent)],
    ['answered', achieved, length(windows.answered)],
  ];
  const [, , first] = parts[0]!;
  const same = parts.every(([, , over]) => over === first);
  const text = parts
    .map(([word, rate, over]) => `${word} ${rate.toFixed(1)}/s${same ? '' : ` over ${over}`}`)
    .join(', ');
  return same ? `${text}, over ${first}` : text;
}
