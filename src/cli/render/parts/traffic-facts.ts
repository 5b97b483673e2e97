import { formatBytes, formatDurationMs } from '../../../core/units.ts';
import type { RunResult } from '../../../record/schemas/result.ts';
import { formatCount } from './value-text.ts';

type Told = Pick<
  RunResult,
  'rateRps' | 'durationSeconds' | 'statuses' | 'bytes' | 'connections' | 'redirects'
>;
type RateWindow = NonNullable<RunResult['rateRps']['windows']>['sent'];

/** What went and came, as names and values: rates each over its own window, answers by status, bytes. */
export function trafficFacts(result: Told): [name: string, value: string][] {
  const { statuses = {}, bytes, connections, redirects } = result;
  const answers = Object.entries(statuses).map(([status, count]) => `${formatCount(count)} × ${status}`);
  const followed = redirects === undefined ? [] : [`${formatCount(redirects.followed)} redirects followed`];
  const facts: [string, string][] = [['rate', rateText(result)]];
  if (answers.length + followed.length > 0) facts.push(['answers', [...answers, ...followed].join(', ')]);
  if (connections?.keptAlive === false)
    facts.push(['connections', `${formatCount(connections.opened)} opened, one for each request`]);
  if (bytes !== undefined) {
    const flow = (total: number, second: number) => `${formatBytes(total)} (${formatBytes(second)}/s)`;
    facts.push([
      'bytes',
      `${flow(bytes.sent, bytes.sentPerSecond)} sent, ${flow(bytes.received, bytes.receivedPerSecond)} received`,
    ]);
  }
  return facts;
}

/**
 * `offered 2000.0, sent 2000.0, answered 1999.8 requests/s, each over 5s`; each with its own time where these differ.
 */
function rateText({ rateRps, durationSeconds }: Told): string {
  const { intended, achieved, sent, windows } = rateRps;
  if (sent === undefined || windows === undefined) {
    // An older record's.
    const of = intended === null ? '' : ` of ${intended.toFixed(1)} intended`;
    return `${achieved.toFixed(1)} requests/s${of}, over ${formatDurationMs(durationSeconds * 1_000)}`;
  }
  const told: [string, number | null, RateWindow | undefined][] = [
    ['offered', intended, windows.offered],
    ['sent', sent, windows.sent],
    ['answered', achieved, windows.answered],
  ];
  const parts = told.flatMap(([word, rate, window]): [string, number, string][] =>
    rate === null || window === undefined || lengthMs(window) <= 1 ? [] : [[word, rate, lengthText(window)]],
  );
  if (parts.length === 0) return 'none: all was sent and answered at one instant';
  const [, , first] = parts[0]!;
  const same = parts.every(([, , over]) => over === first);
  const text = parts
    .map(([word, rate, over]) => `${word} ${rate.toFixed(1)}/s${same ? '' : ` over ${over}`}`)
    .join(', ');
  return same ? `${text}, over ${first}` : text;
}

/**
 * To about a hundredth, so that windows that differ by a moment are the same, and others are not: `80ms`, `1.2s`, `5s`.
 */
function lengthText(window: RateWindow): string {
  const ms = lengthMs(window);
  const stepMs = ms < 100 ? 1 : ms < 1_000 ? 10 : 100;
  return formatDurationMs(Math.round(ms / stepMs) * stepMs);
}

function lengthMs({ fromSeconds, toSeconds }: RateWindow): number {
  return Math.round((toSeconds - fromSeconds) * 1_000);
}
