import type { Clock } from '../../core/clock.ts';

/** How often it was looked, and how well the last two looks agree. */
export interface Repetition {
  looks: number;
  agreed: boolean;
  /** Between the last two; null: there was time for one alone. */
  differencePercent: number | null;
  /** Looks agree that differ by no more. */
  agreementPercent: number;
}

/**
 * Looks until two looks in a row agree, or the time is up. A look that the time cuts off counts for nothing, unless it is the
 * first, which is always brought to its end.
 * @param take one look; `before` is the last one
 * @param difference 0.1: they differ by a tenth
 * @throws the signal's reason
 */
export async function repeatUntilAgreed<Look>(
  take: (before: Look | undefined, signal: AbortSignal) => Promise<Look>,
  difference: (one: Look, other: Look) => number,
  limits: { agreement: number; longestMs: number; clock: Clock; signal: AbortSignal },
): Promise<Repetition & { look: Look }> {
  const { agreement, longestMs, clock, signal } = limits;
  const timeUp = new AbortController();
  const timer = clock.after(longestMs, () => timeUp.abort());
  const percent = (share: number) => Math.round(share * 100);
  let look = await take(undefined, signal);
  let looks = 1;
  let between: number | null = null;
  try {
    while (!timeUp.signal.aborted && (between === null || between > agreement)) {
      const next = await take(look, AbortSignal.any([signal, timeUp.signal]));
      between = difference(look, next);
      look = next;
      looks++;
    }
  } catch (error) {
    if (signal.aborted || !timeUp.signal.aborted) throw error;
  } finally {
    timer.cancel();
  }
  return {
    look,
    looks,
    agreed: between !== null && between <= agreement,
    differencePercent: between === null ? null : percent(between),
    agreementPercent: percent(agreement),
  };
}
