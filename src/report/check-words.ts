import type { ValidityCheck } from '../record/result.ts';
import { formatNumber, formatShare, formatUs } from './format.ts';

/** What a check of the measurement looks at, and its figures in their units; `docs/measurement.md` has the rules. */
export function checkWords(check: ValidityCheck): { meaning: string; observed: string; limit: string } {
  // A name may end in what the check is about: `sendLag within p99<200ms`.
  const name = Object.hasOwn(checks, check.name) ? check.name : (check.name.split(' ')[0] ?? '');
  const known = Object.hasOwn(checks, name) ? checks[name] : undefined;
  const write = known?.write ?? formatNumber;
  return { meaning: known?.meaning ?? '', observed: write(check.observed), limit: write(check.limit) };
}

const checks: Record<string, { meaning: string; write: (value: number) => string }> = {
  sendLag: { meaning: 'p99 of how late requests left', write: formatUs },
  offered: { meaning: 'share of the scheduled arrivals that were sent', write: formatShare },
  sendLagAtThreshold: {
    meaning: 'how late requests left at the percentile that was missed',
    write: formatUs,
  },
  generatorBusy: { meaning: 'busiest worker’s event loop while users waited for it', write: formatShare },
  bookkeeping: { meaning: 'requests sent that did not end in any count', write: formatNumber },
  littlesLaw: {
    meaning: 'disagreement between two computations of the time in flight',
    write: formatShare,
  },
  strayAnswers: { meaning: 'answers to what nobody had asked', write: formatNumber },
  workers: { meaning: 'load workers that reported to the end', write: formatNumber },
  samples: { meaning: 'requests behind the percentiles that were expected', write: formatNumber },
  loopLag: { meaning: 'p99 of the event loop’s lag', write: formatUs },
};
