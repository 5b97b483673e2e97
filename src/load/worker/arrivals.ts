import type { Clock } from '../../core/clock.ts';
import type { ArrivalSource } from '../../offered/arrivals.ts';
import { driveOf } from '../../offered/offered-load.ts';
import type { Recorder } from '../measure/recorder.ts';
import { createAlarm } from './alarm.ts';
import type { LoadDriver } from './driver.ts';
import { createRequestPool, type RequestPoolDeps } from './request-pool.ts';

export interface ArrivalsDeps extends Omit<RequestPoolDeps, 'waitingChanged' | 'ended' | 'recorder'> {
  clock: Clock;
  recorder: Recorder;
  /** Instants from the run's start. */
  source: ArrivalSource;
  /** The schedule ends before the run does: its last request ends it. */
  endsWithSource: boolean;
  originMs: number;
  endMs: number;
  warmupMs: number;
  /** Polls for the next arrival where a timer would be late. */
  precise: boolean;
  /** All arrivals have been sent. */
  requestsSpent(): void;
  /** After stopping: nothing is in flight any more. */
  drained(): void;
}

/** The open model: each request is sent at its instant, however slowly the earlier ones are answered. */
export function createArrivals(deps: ArrivalsDeps): LoadDriver {
  const { clock, recorder, source, originMs } = deps;
  let stopping = false;
  const pool = createRequestPool({
    ...deps,
    waitingChanged: () => endWhenSpent(),
    ended() {
      if (stopping && recorder.inFlight === 0) deps.drained();
    },
  });
  const endWhenSpent = () => {
    if (!stopping && deps.endsWithSource && source.nextMs === Number.POSITIVE_INFINITY && pool.waiting === 0)
      deps.requestsSpent();
  };
  const alarm = createAlarm(clock, deps.precise, () => {
    const rest = takeDue();
    if (rest) alarm.setAfterSockets();
    else alarm.set(originMs + source.nextMs);
    endWhenSpent();
  });
  /** @returns whether more are due: a generator that cannot keep up must still read its answers */
  const takeDue = (): boolean => {
    for (let taken = 0; taken < mostAtOnce; taken++) {
      const intendedMs = originMs + source.nextMs;
      const nowMs = clock.monotonicMs();
      if (intendedMs > nowMs) return false;
      const payload = source.nextPayload;
      source.advance();
      pool.take(intendedMs, nowMs, payload);
    }
    return true;
  };
  return {
    users: 0,
    start() {
      alarm.set(originMs + source.nextMs);
      endWhenSpent();
    },
    changed(profile) {
      const drive = driveOf(profile);
      if (stopping || drive.drivenBy === 'users' || drive.rate === null) return;
      source.follow(drive.rate);
      alarm.set(originMs + source.nextMs);
    },
    stop(atMs, reason) {
      // What fell due together with the end is not late, the timer is. What has been due for longer is dropped.
      if (reason === 'duration' && originMs + source.nextMs >= deps.endMs - timerGrainMs) takeDue();
      stopping = true;
      alarm.clear();
      pool.stop();
      recorder.droppedUntaken(source.skipBefore(Math.min(deps.warmupMs, atMs)), true);
      recorder.droppedUntaken(source.skipBefore(atMs), false);
      source.close();
      if (recorder.inFlight === 0) deps.drained();
    },
    abandon: (nowMs) => pool.abandon(nowMs),
  };
}

const mostAtOnce = 64;
const timerGrainMs = 2;
