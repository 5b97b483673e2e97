import type { Clock, Timer } from '../../core/clock.ts';

/** Notices threads that hang, for they cannot say so themselves. */
export interface HungWatch<Thread> {
  /** Those that are left so long from now are overdue. The last call counts. */
  endAfter(ms: number): void;
  /** From now on each thread is to be heard of once a second; one that is not for ten looks in a row is silent. */
  expectReports(): void;
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
  let deadline: Timer | undefined;
  let nextLook: Timer | undefined;
  // Looks are counted and not time, lest a machine that stood still as a whole be taken for a silent thread.
  const look = () => {
    for (const thread of threads) {
      const looks = (silentLooks.get(thread) ?? 0) + 1;
      silentLooks.set(thread, looks);
      if (looks === mostSilentLooks) hung(thread, 'silent');
    }
    nextLook = clock.after(lookEveryMs, look, { unref: true });
  };
  return {
    endAfter(ms) {
      deadline?.cancel();
      const end = () => {
        for (const thread of threads) hung(thread, 'overdue');
      };
      deadline = clock.after(ms, end, { unref: true });
    },
    expectReports() {
      nextLook = clock.after(lookEveryMs, look, { unref: true });
    },
    heard: (thread) => void silentLooks.delete(thread),
    stop() {
      deadline?.cancel();
      nextLook?.cancel();
    },
  };
}

const lookEveryMs = 1_000;
const mostSilentLooks = 10;
