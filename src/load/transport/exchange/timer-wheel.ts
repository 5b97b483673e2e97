import type { Clock, Timer } from '../../../core/clock.ts';

/**
 * Deadlines for thousands of connections on one timer. What has a deadline moves it by assigning a number; the wheel
 * looks again only when the deadline it knew of comes round, so that a request costs it nothing.
 */
export interface TimerWheel {
  /** Watches `timed` until its deadline passes or turns to `noDeadline`; once is enough while `timed.watched`. */
  watch(timed: Timed): void;
  stop(): void;
}

export interface Timed {
  /** On the clock's monotonic time; `noDeadline` while nothing is awaited. */
  deadlineMs: number;
  /** The wheel's own mark. */
  watched: boolean;
  /** At the deadline or up to one tick later, never before it. */
  expired(nowMs: number): void;
}

export const noDeadline = Number.POSITIVE_INFINITY;

export function createTimerWheel(clock: Clock, tickMs: number): TimerWheel {
  const slots: Timed[][] = Array.from({ length: slotCount }, () => []);
  let tick = Math.floor(clock.monotonicMs() / tickMs);
  let watchedCount = 0;
  let timer: Timer | undefined;

  const slotFor = (deadlineMs: number) => {
    const due = Math.max(tick + 1, Math.ceil(deadlineMs / tickMs));
    // Beyond one turn of the wheel: looked at a turn from now, and put back.
    return slots[Math.min(due, tick + slotCount - 1) % slotCount]!;
  };
  const turn = () => {
    timer = undefined;
    const nowMs = clock.monotonicMs();
    const until = Math.floor(nowMs / tickMs);
    // After a long stall every slot is due once, however many turns were missed.
    for (let passed = Math.min(until - tick, slotCount); passed > 0; passed--) {
      tick = until - passed + 1;
      const due = slots[tick % slotCount]!;
      slots[tick % slotCount] = [];
      for (const timed of due) fallDue(timed, nowMs);
    }
    arm();
  };
  const fallDue = (timed: Timed, nowMs: number) => {
    timed.watched = false;
    watchedCount--;
    if (timed.deadlineMs === noDeadline) return;
    if (timed.deadlineMs <= nowMs) timed.expired(nowMs);
    else wheel.watch(timed);
  };
  const arm = () => {
    if (watchedCount > 0 && timer === undefined) {
      timer = clock.after((tick + 1) * tickMs - clock.monotonicMs(), turn);
    }
  };
  const wheel: TimerWheel = {
    watch(timed) {
      if (timed.watched) return;
      if (watchedCount === 0) tick = Math.max(tick, Math.floor(clock.monotonicMs() / tickMs));
      timed.watched = true;
      watchedCount++;
      slotFor(timed.deadlineMs).push(timed);
      arm();
    },
    stop() {
      timer?.cancel();
      timer = undefined;
      for (const slot of slots) slot.length = 0;
      watchedCount = 0;
    },
  };
  return wheel;
}

const slotCount = 512;
