import type { Clock, Timer } from '../../core/clock.ts';

/**
 * How long a thread was held up: it was due to do something, and could not. A stopped process, a machine without a core
 * to spare, a garbage collection, code that does not let go. A suspended machine stops the monotonic clock too; there
 * the wall clock runs ahead.
 */
interface HoldUps {
  /** The longest that a timer was late. */
  heldUpMs: number;
  /** The most that the wall clock gained on the monotonic one at once: the machine slept, or its clock was set. */
  clockGainMs: number;
}

export interface HoldUpMeter {
  start(): void;
  /** @returns what was found since the last call, a hold-up that has not ended included */
  take(): HoldUps;
  stop(): void;
}

/** A look ten times a second costs nothing that can be measured, and a hold-up of interest lasts a second. */
const lookEveryMs = 100;

export function createHoldUpMeter(clock: Clock): HoldUpMeter {
  let timer: Timer | undefined;
  let dueMs = 0;
  let offsetMs = 0;
  let found: HoldUps = { heldUpMs: 0, clockGainMs: 0 };
  const wallOffsetMs = () => clock.nowMs() - clock.monotonicMs();
  const look = () => {
    const nowMs = clock.monotonicMs();
    found.heldUpMs = Math.max(found.heldUpMs, nowMs - dueMs);
    // A hold-up is told once, and not again by the timer that it kept waiting.
    dueMs = Math.max(dueMs, nowMs);
    const nowOffsetMs = wallOffsetMs();
    found.clockGainMs = Math.max(found.clockGainMs, nowOffsetMs - offsetMs);
    offsetMs = nowOffsetMs;
  };
  const arm = () => {
    dueMs = clock.monotonicMs() + lookEveryMs;
    timer = clock.after(
      lookEveryMs,
      () => {
        look();
        arm();
      },
      { unref: true },
    );
  };
  return {
    start() {
      offsetMs = wallOffsetMs();
      arm();
    },
    take() {
      if (timer !== undefined) look();
      const taken = found;
      found = { heldUpMs: 0, clockGainMs: 0 };
      return taken;
    },
    stop: () => timer?.cancel(),
  };
}
