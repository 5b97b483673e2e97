import { alarmSideOf } from '../../catalog/own-alarms.ts';
import type { TimelineEvent, TimelineFact } from '../../record/schemas/timeline.ts';
import type { ScalingEvent } from '../engine/state.ts';
import type { VirtualScaling } from './virtual-scaling.ts';

/** The simulation's timeline as it comes about; told in any order. */
export class ToldFacts {
  readonly #startMs: number;
  readonly #facts: { atMs: number; fact: TimelineFact }[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  tell(atMs: number, fact: TimelineFact): void {
    this.#facts.push({ atMs, fact });
  }

  tellScaling(event: ScalingEvent): void {
    const fact = factOf(event);
    if (fact) this.tell(event.atMs, fact);
  }

  tellMetric({
    metricName,
    statistic,
    periodMs,
    target,
    history,
  }: NonNullable<VirtualScaling['shown']>): void {
    for (const { periodStartMs, value } of history)
      this.tell(periodStartMs, {
        type: 'metric',
        metricName,
        statistic,
        periodSeconds: periodMs / 1_000,
        value,
        target,
      });
  }

  /** In order of time. */
  events(): TimelineEvent[] {
    return this.#facts
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, fact }) => ({
        at: new Date(atMs).toISOString(),
        cloudTimeMs: atMs - this.#startMs,
        ...fact,
      }));
  }
}

/** As `watch-scaling` tells it: what was not scaled stays in the scaling engine's own activities. */
function factOf(event: ScalingEvent): TimelineFact | null {
  if (event.type === 'alarm-state') {
    const { alarmName, previous, next } = event;
    return {
      type: 'alarm',
      alarmName,
      side: alarmSideOf(alarmName),
      state: next.state,
      previousState: previous.state,
      reason: next.reason,
    };
  }
  if (event.type !== 'activity') return null;
  const { activityId, status, description, cause, statusMessage, notScaledReasons } = event.activity;
  if (status === 'Pending' || notScaledReasons.length > 0) return null;
  return { type: 'activity', activityId, status, description, cause, statusMessage: statusMessage ?? '' };
}
