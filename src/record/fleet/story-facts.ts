/**
 * What happened in a run, as facts that its timeline implies. A sentence is a rendering of facts and says no more than
 * they do; so what is not in the timeline is in no story.
 */
import type { LoadSample, PhaseName, TimelineEvent } from '../schemas/timeline.ts';
import { capacitiesIn } from './capacities.ts';
import { findOverloads, type Overload } from './overload.ts';
import { askedAtMs } from './scale-out-delay.ts';

/** Cloud milliseconds. */
export type StoryFact = { atMs: number } & (
  | { fact: 'phase'; phase: PhaseName }
  /** The most that was offered, when it first was, and what was answered then. */
  | { fact: 'most-offered'; users: number | null; rateRps: number | null; answeredRps: number }
  /** At the end of the first period over the target after one that was not. */
  | { fact: 'metric-over'; metricName: string; value: number; target: number }
  | { fact: 'alarm'; side: 'high' | 'low' }
  | { fact: 'asked'; from: number; to: number }
  /** What was in service, at the look that saw it change; since when it was wanted, if it grew because of that. */
  | { fact: 'fleet'; from: number; to: number; askedMs: number | null }
  | { fact: 'p99-over'; limitUs: number; isPromised: boolean }
  | { fact: 'p99-peak'; us: number }
  /** `stays`: never over it again. */
  | { fact: 'p99-back'; limitUs: number; stays: boolean }
);

/**
 * In the order in which it happened.
 * @param expectedUs the p99 that was expected, or null
 */
export function storyFacts(timeline: readonly TimelineEvent[], expectedUs: number | null): StoryFact[] {
  const facts = [
    ...phaseFacts(timeline),
    ...mostOffered(timeline),
    ...metricFacts(timeline),
    ...alarmFacts(timeline),
    ...fleetFacts(timeline),
    ...findOverloads(timeline, expectedUs).flatMap(overloadFacts),
  ];
  return facts.sort((a, b) => a.atMs - b.atMs || rankOf(a) - rankOf(b));
}

/** Of one moment, the load's start is the first and its end the last. */
function rankOf(fact: StoryFact): number {
  if (fact.fact !== 'phase') return 1;
  return fact.phase === 'up' || fact.phase === 'load-started' ? 0 : 2;
}

function phaseFacts(timeline: readonly TimelineEvent[]): StoryFact[] {
  return timeline.flatMap((event) =>
    event.type === 'phase' ? [{ atMs: event.cloudTimeMs, fact: 'phase' as const, phase: event.phase }] : [],
  );
}

function mostOffered(timeline: readonly TimelineEvent[]): StoryFact[] {
  const samples = timeline.filter((event): event is TimelineEvent & LoadSample => event.type === 'load');
  const drivenByUsers = samples.some(({ users }) => users > 0);
  const level = ({ users, intendedRateRps }: LoadSample) => (drivenByUsers ? users : (intendedRateRps ?? 0));
  const most = samples.reduce((max, sample) => Math.max(max, level(sample)), 0);
  const first = samples.find((sample) => level(sample) === most);
  if (first === undefined || most === 0) return [];
  return [
    {
      // A sample speaks of the time up to its own: then it was so.
      atMs: first.cloudTimeMs,
      fact: 'most-offered',
      users: drivenByUsers ? most : null,
      rateRps: drivenByUsers ? null : most,
      answeredRps: first.rateRps,
    },
  ];
}

function metricFacts(timeline: readonly TimelineEvent[]): StoryFact[] {
  const over = new Map<string, boolean>();
  return timeline.flatMap((event): StoryFact[] => {
    if (event.type !== 'metric' || event.target === null) return [];
    const { metricName, statistic, periodSeconds, value, target } = event;
    const key = `${metricName} ${statistic} ${periodSeconds}`;
    const wasOver = over.get(key) ?? false;
    over.set(key, value > target);
    if (value <= target || wasOver) return [];
    return [
      { atMs: event.cloudTimeMs + periodSeconds * 1_000, fact: 'metric-over', metricName, value, target },
    ];
  });
}

function alarmFacts(timeline: readonly TimelineEvent[]): StoryFact[] {
  return timeline.flatMap((event): StoryFact[] => {
    // Where the state before is not known, nobody saw the alarm go there.
    if (event.type !== 'alarm' || event.state !== 'ALARM' || event.previousState === null) return [];
    return event.side === 'other' ? [] : [{ atMs: event.cloudTimeMs, fact: 'alarm', side: event.side }];
  });
}

function fleetFacts(timeline: readonly TimelineEvent[]): StoryFact[] {
  const facts: StoryFact[] = [];
  const capacities = capacitiesIn(timeline);
  let wantedMs: number | null = null;
  for (const [index, event] of capacities.entries()) {
    const before = capacities[index - 1];
    if (before === undefined) continue;
    if (event.desired !== before.desired) {
      const atMs = Math.max(before.cloudTimeMs, askedAtMs(timeline, event));
      wantedMs = event.desired > before.desired ? atMs : null;
      facts.push({ atMs, fact: 'asked', from: before.desired, to: event.desired });
    }
    if (event.current === before.current) continue;
    const grew = event.current > before.current;
    const change = { from: before.current, to: event.current, askedMs: grew ? wantedMs : null };
    facts.push({ atMs: event.cloudTimeMs, fact: 'fleet', ...change });
  }
  return facts;
}

function overloadFacts({ limitUs, isPromised, startMs, peakUs, peakAtMs, recoveredAtMs, stays }: Overload) {
  const facts: StoryFact[] = [
    { atMs: startMs, fact: 'p99-over', limitUs, isPromised },
    { atMs: peakAtMs, fact: 'p99-peak', us: peakUs },
  ];
  if (recoveredAtMs !== null) facts.push({ atMs: recoveredAtMs, fact: 'p99-back', limitUs, stays });
  return facts;
}
