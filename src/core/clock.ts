/**
 * The only file that touches ambient time. Everything else takes a `Clock`, so that tests can own time.
 *
 * `nowMs` is epoch milliseconds; `monotonicMs` never goes back and is for durations.
 */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  /** Runs `action` once after `delayMs`; the timer does not keep the process alive when `unref` is set. */
  after(delayMs: number, action: () => void, options?: { unref?: boolean }): Timer;
}

export interface Timer {
  cancel(): void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, action, options) {
    // setTimeout overflows at 2^31 ms and would fire at once.
    const handle = setTimeout(action, Math.min(Math.max(0, delayMs), 2_147_483_647));
    if (options?.unref) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `ms` on `clock`; rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Runs `action` again and again, each time `everyMs` after the time before; it keeps no process alive. */
export function repeat(clock: Clock, everyMs: number, action: () => void): Timer {
  let timer: Timer;
  const schedule = () => {
    timer = clock.after(
      everyMs,
      () => {
        action();
        schedule();
      },
      { unref: true },
    );
  };
  schedule();
  return { cancel: () => timer.cancel() };
}

/**
 * A clock that runs `scale` times faster than `base`, from the same instant: the stand-in's cloud time.
 * One real second is `scale` cloud seconds.
 */
export function scaledClock(base: Clock, scale: number): Clock {
  const originMs = base.nowMs();
  const originMonotonicMs = base.monotonicMs();
  const elapsedMs = () => (base.monotonicMs() - originMonotonicMs) * scale;
  return {
    nowMs: () => originMs + elapsedMs(),
    monotonicMs: elapsedMs,
    after: (delayMs, action, options) => base.after(delayMs / scale, action, options),
  };
}
