import { formatLatencyUs } from '../../../core/units.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';
import type { LoadEvent } from '../../../load/run/run-events.ts';
import { lastSeenWords } from '../../../record/fleet/last-seen.ts';
import type { LastSeen } from '../../../record/schemas/scaling-schema.ts';
import type { Style } from '../../terminal/style.ts';
import { displayWidth, truncate, wrapLine } from '../../terminal/text.ts';
import { formatCount } from '../parts/value-text.ts';

export type LoadProgress = Extract<LoadEvent, { type: 'load-interval' }>;

interface InstanceCounts {
  current: number;
  desired: number;
}

/** What is known of the fleet. */
export interface KnownFleet extends InstanceCounts {
  /** Null: it is seen now. */
  lastSeen: LastSeen | null;
}

/** What is known of the fleet after an event; nothing once its endpoint is gone. */
export function fleetAfter(event: CommandEvent, before: KnownFleet | undefined): KnownFleet | undefined {
  if (event.type === 'fleet-sight') return before && { ...before, lastSeen: event.lastSeen };
  if (event.type !== 'timeline') return before;
  const fact = event.event;
  if (fact.type === 'capacity') return { current: fact.current, desired: fact.desired, lastSeen: null };
  return fact.type === 'phase' && fact.phase === 'down' ? undefined : before;
}

/**
 * `0:23/1:00 ━━━━╌╌╌╌╌╌  198/s  p50 22ms  p95 31ms  p99 40ms  0 failed  200 users  instances 1 → 4`.
 * What does not fit the width is left out, the least important first.
 */
export function loadProgressLine(
  progress: LoadProgress,
  fleet: KnownFleet | undefined,
  style: Style,
  width: number,
): string {
  const parts = progressParts(progress, fleet, style);
  const shown = new Set(parts.keys());
  const line = () =>
    parts
      .filter((_, index) => shown.has(index))
      .map(({ text }) => text)
      .join('  ');
  for (const index of [...parts.keys()].sort((a, b) => parts[b]!.rank - parts[a]!.rank)) {
    if (displayWidth(line()) <= width) break;
    if (shown.size > 1) shown.delete(index);
  }
  return truncate(line(), width);
}

/** The commonest failure so far, under the progress: a load that only fails should say why while it runs. */
export function topErrorLines({ interval }: LoadProgress, style: Style, width: number): string[] {
  const [top] = interval.topErrors;
  if (top === undefined) return [];
  const status = top.status === 0 ? top.kind : `${top.status} ${top.kind}`;
  return wrapLine(`${formatCount(top.count)} × ${status}: ${top.message}`, width).map((line) =>
    style.dim(line),
  );
}

/** A lower rank stays longer on a narrow terminal. */
function progressParts(
  { durationMs, maxRequests, interval }: LoadProgress,
  fleet: KnownFleet | undefined,
  style: Style,
): { text: string; rank: number }[] {
  const { elapsedMs, users, inFlight, offeredRateRps, endedRateRps, counts, total } = interval;
  const latency = (percentile: number) => {
    const us = interval.response.percentile(percentile);
    return `${style.dim(`p${percentile}`)} ${us === null ? '–' : formatLatencyUs(us)}`;
  };
  const failures = `${formatCount(total.failed)} failed`;
  const ended = total.succeeded + total.failed;
  const byTime = durationMs > 0 ? elapsedMs / durationMs : 1;
  return [
    ...(maxRequests === undefined
      ? [{ text: `${clockText(elapsedMs)}/${clockText(durationMs)}`, rank: 0 }]
      : [
          { text: clockText(elapsedMs), rank: 0 },
          { text: `${formatCount(ended)}/${formatCount(maxRequests)} requests`, rank: 0.5 },
        ]),
    { text: bar(Math.max(byTime, maxRequests === undefined ? 0 : ended / maxRequests), 12, style), rank: 8 },
    { text: style.bold(`${formatRate(endedRateRps)}/s`), rank: 1 },
    ...(offeredRateRps === null
      ? []
      : [{ text: style.dim(`of ${formatRate(offeredRateRps)}/s`), rank: 5.5 }]),
    { text: latency(50), rank: 6 },
    { text: latency(95), rank: 7 },
    { text: latency(99), rank: 2 },
    {
      text:
        counts.failed > 0
          ? style.red(failures)
          : total.failed > 0
            ? style.yellow(failures)
            : style.dim(failures),
      rank: 3,
    },
    {
      text:
        // Users that have left, and arrivals, have requests on their way at most.
        offeredRateRps === null && users > 0
          ? `${formatCount(users)} user${users === 1 ? '' : 's'}`
          : `${formatCount(inFlight)} in flight`,
      rank: 5,
    },
    ...(fleet === undefined ? [] : [{ text: fleetText(fleet, style), rank: 4 }]),
  ];
}

/** What is not seen now is told with the time at which it was. */
export function fleetText({ current, desired, lastSeen }: KnownFleet, style: Style): string {
  if (lastSeen !== null) return style.yellow(lastSeenWords(lastSeen));
  if (current === desired) return `instances ${current}`;
  return style.cyan(`instances ${current} → ${desired}`);
}

function bar(share: number, width: number, style: Style): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${style.green('━'.repeat(full))}${style.dim('╌'.repeat(width - full))}`;
}

/** `1:05`; past an hour `1:01:05`. */
function clockText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function formatRate(rateRps: number): string {
  return rateRps >= 100 ? formatCount(Math.round(rateRps)) : rateRps.toFixed(1);
}
