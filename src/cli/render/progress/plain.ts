import { unreachable } from '../../../core/events.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';
import type { Style } from '../../terminal/style.ts';
import {
  noticeLines,
  resourceDoneLine,
  resourceFailedLine,
  resourceWaitingText,
  timelineLine,
  wireLines,
} from '../parts/event-lines.ts';
import { fleetAfter, type KnownFleet, loadProgressLine } from './load-progress.ts';
import type { Progress } from './progress.ts';

/** Logs have no use for a line a second. */
const progressEveryMs = 5_000;
const waitingEveryMs = 15_000;
/** What takes less is told when it is done. */
const waitingFromMs = 2_000;
const width = 160;

/** One line a notable event, for logs and pipes. */
export function createPlainProgress(print: (line: string) => void, style: Style): Progress {
  const toLines = plainLines(style);
  return {
    emit(event) {
      for (const line of toLines(event)) print(line);
    },
    close() {},
  };
}

/** Remembers only what decides whether the next event is worth a line. */
export function plainLines(style: Style): (event: CommandEvent) => string[] {
  let fleet: KnownFleet | undefined;
  let lastProgressMs: number | undefined;
  const waiting = new Map<string, { state: string; elapsedMs: number }>();
  return (event) => {
    fleet = fleetAfter(event, fleet);
    switch (event.type) {
      case 'resource-started':
        return [];
      case 'resource-waiting': {
        const key = `${event.kind} ${event.name}`;
        const before = waiting.get(key);
        if (event.elapsedMs < waitingFromMs) return [];
        if (before?.state === event.state && event.elapsedMs - before.elapsedMs < waitingEveryMs) return [];
        waiting.set(key, event);
        return [`  ${resourceWaitingText(event)}`];
      }
      case 'resource-done':
        return [resourceDoneLine(event, style)];
      case 'resource-failed':
        return [resourceFailedLine(event, style)];
      case 'load-planned':
        lastProgressMs = undefined;
        return [plannedLine(event)];
      case 'load-interval': {
        const { elapsedMs, intervalMs, brief } = event.interval;
        const sinceMs = elapsedMs - (lastProgressMs ?? Number.NEGATIVE_INFINITY);
        if (brief || sinceMs < progressEveryMs - intervalMs / 2) return [];
        lastProgressMs = elapsedMs;
        return [loadProgressLine(event, fleet, style, width)];
      }
      case 'load-stopping':
        return stoppingLines(event);
      case 'load-started':
      case 'load-changed':
      case 'load-finished':
      case 'fleet-sight':
      case 'load-standing':
      case 'load-keys':
        return [];
      case 'timeline': {
        const line = event.event.type === 'metric' ? undefined : timelineLine(event.event, style);
        return line === undefined ? [] : [line];
      }
      case 'notice':
        return noticeLines(event, style);
      case 'wire':
        return wireLines(event, style);
      case 'part':
        return [`${style.bold(event.name)}: ${event.message}`];
      default:
        return unreachable(event);
    }
  };
}

export function plannedLine(event: Extract<CommandEvent, { type: 'load-planned' }>): string {
  const workers = `${event.workers} worker${event.workers === 1 ? '' : 's'}`;
  return `load: ${event.description} (${workers}, seed ${event.seed})`;
}

type Stopping = Extract<CommandEvent, { type: 'load-stopping' }>;

/** None for a run without anything to load: its error says it all. */
export function stoppingLines({ reason, because = 'the figures are enough' }: Stopping): string[] {
  return reason === 'nothing-to-load' ? [] : [stoppingLine(reason, because)];
}

function stoppingLine(reason: Exclude<Stopping['reason'], 'nothing-to-load'>, because: string): string {
  switch (reason) {
    case 'duration':
      return 'load: time is up; waiting for requests in flight';
    case 'requests':
      return 'load: all requests are sent; waiting for those in flight';
    case 'interrupted':
      return 'load: interrupted; waiting for requests in flight, then keeping what there is';
    case 'asked':
      return 'load: stopped by hand; waiting for requests in flight';
    case 'figures':
      return `load: ${because}; waiting for requests in flight`;
    case 'worker-failed':
      return 'load: a worker failed; keeping what there is';
  }
}
