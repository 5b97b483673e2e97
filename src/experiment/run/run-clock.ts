import type { CloudClock } from '../../core/cloud-time.ts';
import type { TimelineEvent, TimelineFact } from '../../record/schemas/timeline.ts';

/** Dates what happens in a run: cloud time, counted from the run's start. */
export interface RunClock {
  readonly timeScale: number;
  /** The run's start is so much wall time from now. */
  start(inMs: number): void;
  /** When that was. */
  originCloudMs(): number;
  elapsedCloudMs(): number;
  /** The fact as an event of now, or of a cloud time since the start. */
  event(fact: TimelineFact, cloudTimeMs?: number): TimelineEvent;
}

export function createRunClock(cloudClock: CloudClock): RunClock {
  let originMs = cloudClock.nowMs();
  const elapsedCloudMs = () => Math.max(0, Math.round(cloudClock.nowMs() - originMs));
  return {
    timeScale: cloudClock.timeScale,
    start(inMs) {
      originMs = cloudClock.nowMs() + inMs * cloudClock.timeScale;
    },
    originCloudMs: () => originMs,
    elapsedCloudMs,
    event: (fact, cloudTimeMs = elapsedCloudMs()) => ({
      at: new Date(originMs + cloudTimeMs).toISOString(),
      cloudTimeMs: Math.round(cloudTimeMs),
      ...fact,
    }),
  };
}
