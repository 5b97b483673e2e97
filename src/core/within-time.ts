import type { Clock } from './clock.ts';

/**
 * What `ask` answers, if it does within `patienceMs`: for facts that are nice to have. Undefined where it fails or
 * takes longer, and then the signal it was given is aborted.
 */
export async function withinTime<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  patienceMs: number,
  clock: Clock,
): Promise<Answer | undefined> {
  const giveUp = new AbortController();
  return new Promise((resolve) => {
    const timer = clock.after(patienceMs, () => {
      giveUp.abort();
      resolve(undefined);
    });
    const finish = (answer: Answer | undefined) => {
      timer.cancel();
      resolve(answer);
    };
    ask(giveUp.signal).then(finish, () => finish(undefined));
  });
}
