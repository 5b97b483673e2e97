import { printable } from '../../../core/printable.ts';
import { formatDurationMs } from '../../../core/units.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';
import type { TimelineEvent } from '../../../record/schemas/timeline.ts';
import type { ResourceEvent } from '../../../resources/engine/events.ts';
import type { Style } from '../../terminal/style.ts';

import { formatCount } from './value-text.ts';

/** Events as lines of text: pure, the same in a terminal and in a log. */

type Notice = Extract<CommandEvent, { type: 'notice' }>;

const outcomeWords = {
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
  removed: 'removed',
  absent: 'was gone already',
  kept: 'kept',
} as const;

/** `✔ endpoint mlbench  created  3.2s`. */
export function resourceDoneLine(
  event: Extract<ResourceEvent, { type: 'resource-done' }>,
  style: Style,
): string {
  const quiet = event.outcome === 'unchanged' || event.outcome === 'absent' || event.outcome === 'kept';
  const took = event.elapsedMs >= 100 ? style.dim(` ${formatDurationMs(event.elapsedMs)}`) : '';
  const word = quiet ? style.dim(outcomeWords[event.outcome]) : outcomeWords[event.outcome];
  return `${quiet ? style.dim('·') : style.green('✔')} ${kindText(event.kind)} ${shortName(event.name)} ${word}${took}`;
}

/** The failure itself is reported once, at the end; here the step it happened in. */
export function resourceFailedLine(
  event: Extract<ResourceEvent, { type: 'resource-failed' }>,
  style: Style,
): string {
  return `${style.red('✖')} ${kindText(event.kind)} ${shortName(event.name)}: ${event.message}`;
}

/** `endpoint mlbench: Creating`, for a spinner or a line now and then. */
export function resourceWaitingText(event: Extract<ResourceEvent, { type: 'resource-waiting' }>): string {
  return `${kindText(event.kind)} ${shortName(event.name)}: ${event.state}`;
}

export function resourceStartedText(event: Extract<ResourceEvent, { type: 'resource-started' }>): string {
  const verb = event.verb === 'remove' ? 'removing ' : '';
  return `${verb}${kindText(event.kind)} ${shortName(event.name)}`;
}

export function noticeLines(event: Notice, style: Style): string[] {
  const head = event.level === 'warning' ? `${style.yellow('warning:')} ` : '';
  return [`${head}${event.message}`, ...(event.remedy === undefined ? [] : [`  → ${event.remedy}`])];
}

/** Others wrote most of it: nothing of it is obeyed by a terminal. */
export function wireLines({ block }: Extract<CommandEvent, { type: 'wire' }>, style: Style): string[] {
  const at = new Date(block.atMs).toISOString().slice(11, 23);
  const [first = '', ...more] = block.lines.map(printable);
  return [`${style.dim(`debug ${at}`)} ${first}`, ...more.map(style.dim)];
}

/**
 * One thing that happened in the cloud, after the cloud time at which it did: `+4m10s  alarm high: OK → ALARM  …`.
 * Load samples are no lines: they are shown as progress.
 */
export function timelineLine(event: TimelineEvent, style: Style): string | undefined {
  const text = factText(event, style);
  return text === undefined
    ? undefined
    : `${style.dim(cloudTimeLabel(event.cloudTimeMs).padStart(8))}  ${text}`;
}

/** `+4m10s` cloud time since the start of the run; a minus for what was before. */
export function cloudTimeLabel(cloudTimeMs: number): string {
  const seconds = Math.round(Math.abs(cloudTimeMs) / 1_000);
  return `${cloudTimeMs < 0 && seconds > 0 ? '-' : '+'}${formatDurationMs(seconds * 1_000).replace(/^0ms$/, '0s')}`;
}

function factText(event: TimelineEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'capacity': {
      const { current, desired, endpointStatus } = event;
      const counts = current === desired ? String(current) : `${current} → ${desired}`;
      return `${style.bold(`instances ${counts}`)}${endpointStatus === 'InService' ? '' : `  endpoint ${endpointStatus}`}`;
    }
    case 'alarm': {
      const before = event.previousState === null ? '' : `${event.previousState} → `;
      const colour = event.state === 'ALARM' ? style.red : event.state === 'OK' ? style.green : style.dim;
      return `${alarmName(event)} ${before}${colour(event.state)}${event.reason === '' ? '' : style.dim(`  ${shortReason(event.reason)}`)}`;
    }
    case 'activity': {
      const colour = event.status === 'Failed' ? style.red : style.cyan;
      const why = event.explanation === undefined ? '' : style.dim(`  ${event.explanation}`);
      return `scaling ${colour(event.status)}: ${activityText(event)}${why}`;
    }
    case 'metric': {
      const target = event.target === null ? '' : style.dim(` (target ${formatCount(event.target)})`);
      return `${event.metricName} ${event.statistic} ${formatCount(event.value)}${target}`;
    }
    case 'phase':
      return style.bold(event.message === '' ? event.phase : event.message);
    case 'load':
      return undefined;
  }
}

/** The names that AWS gives to a policy's alarms are long; which of the two it is says all. */
export function alarmName({
  side,
  alarmName: name,
}: {
  side: 'high' | 'low' | 'other';
  alarmName: string;
}): string {
  return side === 'other' ? `alarm ${name}` : `alarm ${side}`;
}

/** While an activity goes on, what it does; afterwards what came of it. AWS's messages repeat the description. */
export function activityText({
  status,
  description,
  statusMessage,
}: {
  status: string;
  description: string;
  statusMessage: string;
}): string {
  return status === 'InProgress' || status === 'Pending' || statusMessage === ''
    ? description
    : statusMessage;
}

/** CloudWatch lists every datapoint of the range in an alarm's reason: the newest tells enough. */
export function shortReason(reason: string): string {
  return reason.replace(/\[([^,\]]*),[^\]]*\]/, '[$1, …]');
}

/** `scalable-target` → `scalable target`. */
export function kindText(kind: string): string {
  return kind === 'stand-in' ? kind : kind.replaceAll('-', ' ');
}

/** Artifacts are named by 64 digits of their hash; both ends tell enough. */
export function shortName(name: string): string {
  return name.replace(/[0-9a-f]{64}/g, (hash) => `${hash.slice(0, 8)}…`);
}
