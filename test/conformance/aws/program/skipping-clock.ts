import type { Clock } from '../../../../src/core/clock.ts';

interface Pending {
  dueMs: number;
  keepsAlive: boolean;
  fire(): void;
  cancel(): void;
}

/**
 * Real time, less the waits in which the whole process has nothing to do: when its event loop has run empty but for timers,
 * time jumps to the next of them. So half an hour of waits and back-off takes no time, in the order that it would have, while a
 * call that is answered late or a child process is waited for as always.
 */
export function skippingClock(): { clock: Clock; stop(): void } {
  let skippedMs = 0;
  const pending = new Set<Pending>();
  const nowMs = () => performance.now() + skippedMs;
  const skip = () => {
    const next = earliest([...pending].filter((timer) => timer.keepsAlive));
    if (!next) return;
    skippedMs += Math.max(0, next.dueMs - nowMs());
    for (let due = earliest([...pending]); due && due.dueMs <= nowMs(); due = earliest([...pending])) {
      due.fire();
    }
    // Whoever was woken may do no more than begin the next wait: the loop must turn once more to notice.
    setImmediate(() => {});
  };
  process.on('beforeExit', skip);
  const clock: Clock = {
    nowMs: () => Date.now() + skippedMs,
    monotonicMs: nowMs,
    after(delayMs, action, options) {
      const cancel = () => {
        clearTimeout(handle);
        pending.delete(timer);
      };
      const fire = () => {
        cancel();
        action();
      };
      const timer = { dueMs: nowMs() + Math.max(0, delayMs), keepsAlive: !options?.unref, fire, cancel };
      // It must not keep the event loop from running empty.
      const handle = setTimeout(fire, Math.min(Math.max(0, delayMs), 2_147_483_647)).unref();
      pending.add(timer);
      return { cancel };
    },
  };
  const stop = () => {
    process.off('beforeExit', skip);
    for (const timer of [...pending]) timer.cancel();
  };
  return { clock, stop };
}

function earliest(timers: readonly Pending[]): Pending | undefined {
  return timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
}
