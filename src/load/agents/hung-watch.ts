import type { Clock, Timer } from '../../core/clock.ts';

/** Notices threads that hang, for they cannot say so themselves. */
export interface HungWatch<Thread> {
  /** Those that are left so long from now are overdue. The last call counts. */
  endAfter(ms: number): void;
  /** From `inMs` on each thread is to be heard of once a second; one that is not for ten looks in a row is silent. */
  expectReports(inMs: number): void;
  heard(thread: Thread): void;
  stop(): void;
}

export interface HungWatchDeps<Thread> {
  clock: Clock;
  /** Those that have not ended. */
  threads: ReadonlySet<Thread>;
  hung(thread: Thread, why: 'silent' | 'overdue'): void;
}

export function createHungWatch<Thread>({ clock, threads, hung }: HungWatchDeps<Thread>): HungWatch<Thread> {
  /** How many looks in a row found nothing new of a thread. */
  const silentLooks = new Map<Thread, number>();
  let nextLook: Timer | undefined;
  let looksLeft = Number.POSITIVE_INFINITY;
  /** Until reports are expected. */
  let looksBefore = Number.POSITIVE_INFINITY;
  // Looks are counted and not time, lest a machine that stood still as a whole be taken for threads that hang.
  const look = () => {
    looksLeft--;
    const reportsExpected = looksBefore <= 0;
    looksBefore--;
    // Whoever hears of a thread that hangs may set another end meanwhile.
    const isOverdue = looksLeft === 0;
    for (const thread of threads) {
      if (isOverdue) hung(thread, 'overdue');
      if (isOverdue || !reportsExpected) continue;
      const looks = (silentLooks.get(thread) ?? 0) + 1;
      silentLooks.set(thread, looks);
      if (looks === mostSilentLooks) hung(thread, 'silent');
    }
    arm();
  };
  const arm = () => {
    nextLook = clock.after(lookEveryMs, look, { unref: true });
  };
  return {
    endAfter(ms) {
      looksLeft = Math.ceil(ms / lookEveryMs);
      if (nextLook === undefined) arm();
    },
    expectReports(inMs) {
      looksBefore = Math.ceil(inMs / lookEveryMs);
    },
    heard: (thread) => void silentLooks.delete(thread),
    stop() {
      nextLook?.cancel();
    },
  };
}

const lookEveryMs = 1_000;
const mostSilentLooks = 10;
