import { withShortAlarmNames } from '../catalog/own-alarms.ts';
import { unreachable } from '../core/events.ts';
import { printable } from '../core/printable.ts';
import type { PhaseName, TimelineEvent } from '../record/schemas/timeline.ts';
import { formatClock, plural, truncate } from './format.ts';

/** One thing that happened, as a numbered mark on the charts and a row in words under them. */
export interface EventMark {
  number: number;
  /** Cloud seconds from the run's start. */
  t: number;
  kind: 'alarm-high' | 'alarm-low' | 'alarm-ended' | 'activity' | 'instances' | 'phase';
  /** What happened, in a sentence without an end. */
  text: string;
  /** Why, or what came of it; may be empty. */
  detail: string;
}

const maxMarks = 240;

/**
 * Alarms, activities, instances that came or went, and the run's phases. Of more than 240 the first and last are kept.
 * @param timeline in order of time
 */
export function marksOf(timeline: readonly TimelineEvent[]): EventMark[] {
  const marks: Omit<EventMark, 'number'>[] = [];
  const activities = new Map<string, Omit<EventMark, 'number'>>();
  let instances: number | undefined;
  for (const event of timeline) {
    const t = Math.round(event.cloudTimeMs) / 1_000;
    switch (event.type) {
      case 'alarm':
        if (event.previousState !== null || event.state === 'ALARM') marks.push({ t, ...alarmMark(event) });
        break;
      case 'activity': {
        const known = activities.get(event.activityId);
        const why = event.explanation ?? event.cause;
        const outcome = `${event.status} at ${formatClock(event.cloudTimeMs)}`;
        if (known) known.detail = truncate(joined(why, outcome, event.statusMessage), 400);
        else {
          const detail = truncate(joined(why, event.status, event.statusMessage), 400);
          const mark = {
            t,
            kind: 'activity' as const,
            text: withoutFullStop(truncate(event.description, 200)),
            detail,
          };
          activities.set(event.activityId, mark);
          marks.push(mark);
        }
        break;
      }
      case 'capacity':
        if (instances !== undefined && instances !== event.current) {
          marks.push({ t, kind: 'instances', text: instancesText(instances, event.current), detail: '' });
        }
        instances = event.current;
        break;
      case 'phase':
        if (event.phase !== 'up') marks.push({ t, kind: 'phase', ...phaseMark(event.phase, event.message) });
        break;
      case 'metric':
      case 'load':
        break;
      default:
        unreachable(event);
    }
  }
  return bounded(marks).map(({ text, detail, ...mark }, index) => ({
    number: index + 1,
    ...mark,
    text: printable(text),
    detail: printable(detail),
  }));
}

/** Whether an event's message says more than the phase's name: how the load was changed, how the end came. */
const phases = {
  'load-started': { text: 'The load starts', saysMore: false },
  'load-changed': { text: 'The load is changed by hand', saysMore: true },
  'load-ended': { text: 'The load has ended', saysMore: false },
  stable: { text: 'The fleet is calm', saysMore: false },
  down: { text: 'Everything is removed', saysMore: true },
} as const;

function phaseMark(phase: Exclude<PhaseName, 'up'>, message: string) {
  const { text, saysMore } = phases[phase];
  return { text, detail: saysMore ? truncate(message, 300) : '' };
}

/** The name that Application Auto Scaling gives an alarm of its own, without its path and id. */
function alarmShortName(side: 'high' | 'low' | 'other', alarmName: string): string {
  if (side === 'high') return 'AlarmHigh';
  if (side === 'low') return 'AlarmLow';
  return truncate(alarmName, 80);
}

function alarmMark(event: TimelineEvent & { type: 'alarm' }): Omit<EventMark, 'number' | 't'> {
  const name = alarmShortName(event.side, event.alarmName);
  const detail = truncate(shortReason(event.reason), 400);
  if (event.state === 'ALARM') {
    return {
      kind: event.side === 'low' ? 'alarm-low' : 'alarm-high',
      text: `${name} ${event.previousState === null ? 'is in' : 'goes into'} ALARM`,
      detail,
    };
  }
  const text = event.state === 'OK' ? `${name} is OK` : `${name} has insufficient data`;
  return { kind: 'alarm-ended', text, detail };
}

/** An alarm's reason without the datapoints' times, which are on no clock of the report, and with fewer digits. */
export function shortReason(reason: string): string {
  return reason
    .replace(/ \(\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\)/g, '')
    .replace(/\d+\.\d{2,}/g, (value) => Number(value).toFixed(1));
}

function instancesText(before: number, after: number): string {
  const difference = Math.abs(after - before);
  const verb = after > before ? (difference === 1 ? 'comes' : 'come') : difference === 1 ? 'leaves' : 'leave';
  const where = after > before ? 'into service' : 'service';
  return `${plural(difference, 'instance')} ${verb} ${where}: ${before} → ${after}`;
}

/** The sentences of AWS without the full names of its own alarms. */
function joined(...parts: string[]): string {
  return parts
    .map(withShortAlarmNames)
    .filter((part) => part !== '')
    .map(withoutFullStop)
    .join(' · ');
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '');
}

function bounded<T>(marks: T[]): T[] {
  return marks.length <= maxMarks ? marks : [...marks.slice(0, maxMarks - 60), ...marks.slice(-60)];
}
