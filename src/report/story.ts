import { senderOf } from '../offered/offered-load.ts';
import { findOverload, type Overload } from '../record/fleet/overload.ts';
import { askedAtMs } from '../record/fleet/scale-out-delay.ts';
import { scalingOf } from '../record/fleet/scaling-summary.ts';
import { promisedP99Us } from '../record/judgement/promised-limit.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { ScaleOutDelay } from '../record/schemas/scaling-schema.ts';
import type { PhaseName, TimelineEvent } from '../record/schemas/timeline.ts';
import { timeScaleOf } from './chart-data.ts';
import { formatNumber, formatSpan, formatUs, plural } from './format.ts';

/** What happened, told from the timeline. */
export interface Story {
  /** One or two sentences that a reader in a hurry takes away. */
  headline: string;
  steps: StoryStep[];
  /** Each scale-out's delay taken apart; none where the fleet did not grow. */
  scaleOuts: ScaleOutDelay[];
}

interface StoryStep {
  cloudTimeMs: number;
  text: string;
}

const maxSteps = 30;

/** @param timeline in order of time */
export function tellStory(result: RunResult, timeline: readonly TimelineEvent[]): Story {
  const overload = findOverload(timeline, promisedP99Us(result.thresholds));
  const scaleOuts = scalingOf(result)?.scaleOutDelays ?? [];
  const steps = [
    ...offeredSteps(result, timeline),
    ...metricSteps(timeline),
    ...alarmSteps(timeline),
    ...capacitySteps(timeline),
    ...overloadSteps(overload),
    ...phaseSteps(timeline),
  ].sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  return {
    headline: headline(result, timeline, overload, scaleOuts[0] ?? null),
    steps: bounded(steps),
    scaleOuts,
  };
}

function headline(
  result: RunResult,
  timeline: readonly TimelineEvent[],
  overload: Overload | null,
  scaleOut: ScaleOutDelay | null,
): string {
  const { requests, latencyUs } = result;
  const load = senderOf(result.profile);
  if (requests.sent === 0) return 'No request was sent.';
  if (requests.succeeded === 0) return `None of ${plural(requests.sent, 'request')} succeeded.`;
  const counts = timeline.flatMap((event) => (event.type === 'capacity' ? [event.current] : []));
  const atStart = counts[0];
  const failures =
    requests.failed === 0 ? 'no request failed' : `${plural(requests.failed, 'request')} failed`;
  if (!overload) {
    const fleet = atStart === undefined ? '' : ` ${fleetWords(counts)}`;
    return `${load} sent ${formatNumber(requests.sent)} requests;${fleet ? `${fleet},` : ''} p99 stayed at ${formatUs(latencyUs.response.p99)} over the run, and ${failures}.`;
  }
  const { peakUs, recoveredAtMs, startMs } = overload;
  const peak = `p99 up to ${formatUs(peakUs)}`;
  const subject =
    atStart === undefined ? 'the service' : atStart === 1 ? 'one instance' : `${atStart} instances`;
  if (recoveredAtMs === null) {
    const grown = scaleOut
      ? ` The fleet grew to ${Math.max(...counts)}, but p99 had not recovered by the end`
      : ' It did not recover by the end';
    return `${load} overloaded ${subject}: ${peak}.${grown}; ${failures}.`;
  }
  const relief = scaleOut
    ? ` The fleet grew from ${scaleOut.from} to ${Math.max(...counts)}, and p99 fell to ${formatUs(overload.afterUs)}`
    : ` p99 fell to ${formatUs(overload.afterUs)} without another instance`;
  return `${load} overloaded ${subject} for ${formatSpan(recoveredAtMs - startMs)}: ${peak}.${relief}; ${failures}.`;
}

function fleetWords(counts: number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most
    ? `the fleet stayed at ${plural(most, 'instance')}`
    : `the fleet went from ${counts[0]} to ${most} instances`;
}

function offeredSteps(result: RunResult, timeline: readonly TimelineEvent[]): StoryStep[] {
  const samples = timeline.filter((event) => event.type === 'load');
  const most = samples.reduce((max, sample) => Math.max(max, sample.users), 0);
  const full = samples.find((sample) => sample.users === most);
  if (!full || most === 0) return [];
  const timeScale = timeScaleOf(result, timeline);
  const text = `${plural(most, 'user')} ${most === 1 ? 'is' : 'are'} on; ${formatNumber(full.rateRps)} requests/s answered`;
  return [{ cloudTimeMs: Math.max(0, full.cloudTimeMs - full.intervalMs * timeScale), text }];
}

function metricSteps(timeline: readonly TimelineEvent[]): StoryStep[] {
  const over = new Map<string, boolean>();
  const steps: StoryStep[] = [];
  for (const event of timeline) {
    if (event.type !== 'metric' || event.target === null) continue;
    const isOver = event.value > event.target;
    if (isOver && !over.get(event.metricName)) {
      const text = `${event.metricName} is over its target of ${formatNumber(event.target)}: ${formatNumber(event.value)}`;
      steps.push({ cloudTimeMs: event.cloudTimeMs, text });
    }
    over.set(event.metricName, isOver);
  }
  return steps;
}

function alarmSteps(timeline: readonly TimelineEvent[]): StoryStep[] {
  return timeline.flatMap((event) => {
    if (
      event.type !== 'alarm' ||
      event.state !== 'ALARM' ||
      event.side === 'other' ||
      event.previousState === null
    )
      return [];
    const name = event.side === 'high' ? 'AlarmHigh' : 'AlarmLow';
    return [{ cloudTimeMs: event.cloudTimeMs, text: `${name} goes into ALARM` }];
  });
}

function capacitySteps(timeline: readonly TimelineEvent[]): StoryStep[] {
  const steps: StoryStep[] = [];
  let before: (TimelineEvent & { type: 'capacity' }) | undefined;
  let askedMs: number | undefined;
  for (const event of timeline) {
    if (event.type !== 'capacity') continue;
    if (before && event.desired !== before.desired) {
      askedMs = askedAtMs(timeline, event);
      steps.push({
        cloudTimeMs: askedMs,
        text: `Desired count ${before.desired} → ${event.desired}`,
      });
    }
    if (before && event.current !== before.current) {
      const change = event.current - before.current;
      const after = change > 0 && askedMs !== undefined ? event.cloudTimeMs - askedMs : null;
      steps.push({ cloudTimeMs: event.cloudTimeMs, text: fleetText(change, event.current, after) });
    }
    before = event;
  }
  return steps;
}

function fleetText(change: number, now: number, afterMs: number | null): string {
  const instances = plural(Math.abs(change), 'instance');
  const one = Math.abs(change) === 1;
  if (change < 0) return `${instances} ${one ? 'leaves' : 'leave'} service, ${now} left`;
  const waited = afterMs === null ? '' : `, ${formatSpan(afterMs)} after the decision`;
  return `${instances} ${one ? 'comes' : 'come'} into service, ${now} now${waited}`;
}

function overloadSteps(overload: Overload | null): StoryStep[] {
  if (!overload) return [];
  const { limitUs, peakUs } = overload;
  const named = `${formatUs(limitUs)}${overload.isPromised ? '' : ', three times its calm level'}`;
  const steps = [
    { cloudTimeMs: overload.startMs, text: `p99 rises over ${named}` },
    { cloudTimeMs: overload.peakAtMs, text: `p99 at its worst: ${formatUs(peakUs)}` },
  ];
  if (overload.recoveredAtMs !== null) {
    steps.push({
      cloudTimeMs: overload.recoveredAtMs,
      text: `p99 is back under ${formatUs(limitUs)}, and stays`,
    });
  }
  return steps;
}

const phaseText: Record<PhaseName, string | null> = {
  up: null,
  'load-started': 'The load starts',
  'load-changed': 'The load is changed by hand',
  'load-ended': 'The load ends',
  stable: 'The fleet is calm',
  down: null,
};

function phaseSteps(timeline: readonly TimelineEvent[]): StoryStep[] {
  return timeline.flatMap((event) => {
    const text = event.type === 'phase' ? phaseText[event.phase] : null;
    return text === null ? [] : [{ cloudTimeMs: event.cloudTimeMs, text }];
  });
}

function bounded(steps: StoryStep[]): StoryStep[] {
  if (steps.length <= maxSteps) return steps;
  const left = steps.slice(0, maxSteps - 8);
  const right = steps.slice(-7);
  const between = steps[left.length]!;
  const text = `${plural(steps.length - maxSteps + 1, 'further change')}, all in the list of events below`;
  return [...left, { cloudTimeMs: between.cloudTimeMs, text }, ...right];
}
