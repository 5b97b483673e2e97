import { formatNumber, formatSpan, formatUs, plural } from '../charts/format.ts';
import { unreachable } from '../core/events.ts';
import { scalingOf } from '../record/fleet/scaling-summary.ts';
import { type StoryFact, storyFacts } from '../record/fleet/story-facts.ts';
import { expectedP99Us } from '../record/judgement/expected-limit.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { ScaleOutDelay } from '../record/schemas/scaling-schema.ts';
import type { PhaseName, TimelineEvent } from '../record/schemas/timeline.ts';
import { headlineOf } from './headline.ts';

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
  const facts = storyFacts(timeline, expectedP99Us(result.thresholds));
  const steps = facts.flatMap((fact) => {
    const text = textOf(fact);
    return text === null ? [] : [{ cloudTimeMs: fact.atMs, text }];
  });
  return {
    headline: headlineOf(result, timeline),
    steps: bounded(steps),
    scaleOuts: scalingOf(result)?.scaleOutDelays ?? [],
  };
}

/** @returns null for what is of no interest to a reader */
function textOf(fact: StoryFact): string | null {
  switch (fact.fact) {
    case 'phase':
      return phaseText[fact.phase];
    case 'most-offered':
      return `${offeredText(fact)}; ${formatNumber(fact.answeredRps)} requests/s answered`;
    case 'metric-over':
      return `${fact.metricName} is over its target value of ${formatNumber(fact.target)}: ${formatNumber(fact.value)}`;
    case 'alarm':
      return `${fact.side === 'high' ? 'AlarmHigh' : 'AlarmLow'} goes into ALARM`;
    case 'asked':
      return `Desired count ${fact.from} → ${fact.to}`;
    case 'fleet':
      return fleetText(fact);
    case 'p99-over':
      return `p99 rises over ${formatUs(fact.limitUs)}${fact.isPromised ? '' : ', three times its calm level'}`;
    case 'p99-peak':
      return `p99 at its worst: ${formatUs(fact.us)}`;
    case 'p99-back':
      return `p99 is back under ${formatUs(fact.limitUs)}${fact.stays ? ', and stays' : ''}`;
    default:
      return unreachable(fact);
  }
}

const phaseText: Record<PhaseName, string | null> = {
  up: null,
  'load-started': 'The load starts',
  'load-changed': 'The load is changed by hand',
  'load-ended': 'The load ends',
  stable: 'The fleet is calm',
  down: null,
};

function offeredText({ users, rateRps }: Extract<StoryFact, { fact: 'most-offered' }>): string {
  if (users !== null) return `${plural(users, 'user')} ${users === 1 ? 'is' : 'are'} on`;
  return `${formatNumber(rateRps ?? 0)} requests/s are offered`;
}

function fleetText({ from, to, askedMs, atMs }: Extract<StoryFact, { fact: 'fleet' }>): string {
  const change = Math.abs(to - from);
  const instances = plural(change, 'instance');
  if (to < from) return `${instances} ${change === 1 ? 'leaves' : 'leave'} service, ${to} left`;
  const waited = askedMs === null ? '' : `, ${formatSpan(atMs - askedMs)} after the decision`;
  return `${instances} ${change === 1 ? 'comes' : 'come'} into service, ${to} now${waited}`;
}

function bounded(steps: StoryStep[]): StoryStep[] {
  if (steps.length <= maxSteps) return steps;
  const left = steps.slice(0, maxSteps - 8);
  const right = steps.slice(-7);
  const between = steps[left.length]!;
  const text = `${plural(steps.length - maxSteps + 1, 'further change')}, all in the list of events below`;
  return [...left, { cloudTimeMs: between.cloudTimeMs, text }, ...right];
}
