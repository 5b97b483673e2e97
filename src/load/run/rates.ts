import type { OfferedCount } from '../../offered/intended-count.ts';
import type { RunResult } from '../../record/schemas/result.ts';
import type { Totals } from '../measure/totals.ts';

export interface RatesOf {
  totals: Pick<Totals, 'counts' | 'warmup' | 'flows' | 'traffic'>;
  /** Null for users. */
  offered: OfferedCount | null;
  warmupMs: number;
  /** From the start to the end of sending; with a number of requests, to the last answer. */
  durationMs: number;
}

type Rates = RunResult['rateRps'];
type RateWindow = NonNullable<Rates['windows']>['sent'];

/**
 * What was offered, sent and answered a second, each over a window of its own. All leave the warm-up out.
 *
 *   offered    from the end of the warm-up to the end of the schedule
 *   sent       from there to the same end, or to the last request sent if that came later; of users to the end of sending
 *   answered   from the first answer on, for as long as the window of `sent`, or to the last answer if that came later
 *
 * So a service that answers each request after 300 ms answers as many a second as it is sent, and one that falls behind
 * fewer.
 */
export function ratesOf({ totals, offered, warmupMs, durationMs }: RatesOf): Rates {
  const { counts, warmup, traffic } = totals;
  const offeredWindow = offered === null ? null : between(warmupMs, offered.untilMs);
  const sentUntilMs = offered === null ? durationMs : Math.max(offered.untilMs, traffic.lastSentMs ?? 0);
  const sentWindow = between(warmupMs, sentUntilMs);
  const fromMs = traffic.firstAnswerMs ?? warmupMs;
  const answeredWindow = between(fromMs, Math.max(fromMs + lengthMs(sentWindow), traffic.lastAnswerMs ?? 0));
  // Of a scenario the schedule holds flows, which are many requests each.
  const intended =
    offered === null || offeredWindow === null || totals.flows !== null
      ? null
      : perSecond(offered.arrivals - offered.warmup, offeredWindow, instantMs);
  return {
    intended,
    achieved: perSecond(traffic.answered, answeredWindow) ?? 0,
    sent: perSecond(counts.sent - warmup.sent, sentWindow) ?? 0,
    windows: {
      ...(intended === null ? {} : { offered: offeredWindow! }),
      sent: sentWindow,
      answered: answeredWindow,
    },
  };
}

function between(fromMs: number, toMs: number): RateWindow {
  return { fromSeconds: seconds(fromMs), toSeconds: seconds(Math.max(fromMs, toMs)) };
}

function lengthMs({ fromSeconds, toSeconds }: RateWindow): number {
  return (toSeconds - fromSeconds) * 1_000;
}

/** A trace whose arrivals all fall on one instant ends a millisecond behind it. */
const instantMs = 1;

/** Null where no time passed, or no longer than `leastMs`. */
function perSecond(count: number, window: RateWindow, leastMs = 0): number | null {
  const length = lengthMs(window);
  return length > leastMs ? Math.round((count * 100_000) / length) / 100 : null;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}
